"""Start to the first painted window, and the memory then, against a bare PySide6 window (design, section 11).

Each start is a process of its own with a scratch configuration; the two kinds take turns, and the fastest of each
counts, since what slows a start from outside is never the program's. The unlock page counts as the window. The bare
window is the smallest PySide6 program that shows something: a main window with one line of text in its middle.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
_REPORT = """
def painted():
    import resource, time
    print(time.clock_gettime(time.CLOCK_MONOTONIC), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, flush=True)
    app.quit()
"""
_BARE = f"""
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
{_REPORT}
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, painted)
app = QApplication([])
window = Window()
window.setCentralWidget(QLabel("GMSC Desktop", alignment=Qt.AlignmentFlag.AlignCenter))
window.resize(1366, 768)
window.show()
app.exec()
"""
_OURS = f"""
import gc
gc.disable()  # as main.py does
from pathlib import Path
from PySide6.QtCore import QTimer
from ui.application import make_application
from ui.main_window import MainWindow
from gmsc_desktop.system import SystemClock, SystemIds
{_REPORT}
class Window(MainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, painted)
made = make_application()
app = made.qt
window = Window(made, clock=SystemClock(), ids=SystemIds(), folder=Path(__file__).parent)
window.resize(1366, 768)
window.show()
app.exec()
"""


def measure() -> list[tuple[str, float, float]]:
    """The two ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        scripts = {name: Path(scratch) / f"{name}.py" for name in ("bare", "ours")}
        scripts["bare"].write_text(_BARE)
        scripts["ours"].write_text(_OURS)
        found: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": []}
        for number in range(ROUNDS + 1):
            for name, script in scripts.items():
                one = _start(script, Path(scratch))
                # The first of each fills the caches.
                if number:
                    found[name].append(one)
    seconds = {name: min(one[0] for one in each) for name, each in found.items()}
    memory = {name: min(one[1] for one in each) for name, each in found.items()}
    return [
        ("start to first painted window / bare window", seconds["ours"] / seconds["bare"], 1.25),
        ("peak memory then / bare window", memory["ours"] / memory["bare"], 1.5),
    ]


def _start(script: Path, scratch: Path) -> tuple[float, float]:
    """Seconds from the start of the process to the first paint, and its peak memory."""
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT), "GMSC_CONFIG": str(scratch), "QT_QPA_PLATFORM": platform}
    # Both kinds run from compiled modules, as an installed program does; none is left in the tree.
    environment["PYTHONPYCACHEPREFIX"] = str(scratch / "compiled")
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, cwd=scratch, capture_output=True, text=True, check=True
    )
    moment, peak = done.stdout.split()
    return float(moment) - began, float(peak)
