"""The fixed words of the official documents. They are Indonesian whatever the window's language (design, section 2)."""

from __future__ import annotations

from gmsc_desktop.domain.instrument import ScoreMethod
from gmsc_desktop.domain.visit import Mode

PROGRAMME = "Gerakan Menuju Smart City"
REPORT = "Laporan Hasil Evaluasi"
REPORT_SUBJECT = "Evaluasi pelaksanaan masterplan smart city"
OTHER_SUBJECT = "Hasil {title}"
DRAFT = "DRAF"
DRAFT_LINE = "Draf untuk dibaca: belum ditandatangani, isi masih dapat berubah"
DASH = "–"

CONTENTS = "Isi laporan"
IDENTITY = "Identitas kunjungan"
SUMMARY = "Ringkasan hasil"
ASPECTS = "Hasil penilaian per aspek"
DIMENSIONS = "Hasil penilaian per dimensi"
FIELDWORK = "Keterangan lapangan"
FINDINGS = "Temuan"
RECOMMENDATIONS = "Rekomendasi"
EVIDENCE = "Matriks bukti dukung"
SCORING = "Cara indeks dihitung"
ANNEX = "Lampiran: pihak yang ditemui"
NOTES = "Catatan penyusunan"
SIGNATURES = "Pengesahan"

TEAM = "Tim asesor"
MET = "Pihak yang ditemui"
MET_COUNT, NONE_MET = "{count} orang, disebut pada lampiran", "Tidak ada yang dicatat"
LEAD, MEMBER = "Ketua tim", "Anggota"

INDEX = "Indeks pencapaian"
CATEGORY = "Predikat"
IMPROVEMENT = "Tingkat improvement"
NO_PREVIOUS = "Belum ada indeks pembanding"
BY_DIMENSION = "Nilai per dimensi"
BY_ASPECT = "Nilai per aspek"
STRENGTHS = "Kekuatan"
GAPS = "Kesenjangan"
NO_SUMMARY = "Asesor tidak menuliskan ringkasan."
LOOSE = "Keterangan umum"
NO_SUBJECT = "Data kunjungan"
ITEM_NOTE = "Catatan"
NONE_FOUND = "Tidak ada yang dicatat."

REGION, PROVINCE, CODE = "Daerah", "Provinsi", "Kode wilayah"
CYCLE, DATES, PLACE, MODE = "Tahun dan tahap", "Tanggal kunjungan", "Tempat", "Cara"
INSTRUMENT, PREVIOUS, FROZEN = "Instrumen", "Indeks sebelumnya", "Isi dibekukan"
LEAD_ASSESSOR = "Ketua tim asesor"
NAME, NIP, POSITION, ORGANISATION = "Nama", "NIP", "Jabatan", "Instansi"
YEAR = "Tahun {year}"
IN_PROVINCE = "Provinsi {province}"
VERSION = "{title} ({form} versi {version})"
REVISION = "{moment}, revisi {revision}"
OUT_OF = "dari {highest}"
INCOMPLETE = "penilaian belum lengkap"
COMPARED = "terhadap {index} ({year})"
STARTING_AT = "mulai {value}"
STILL_OPEN = "{count} indikator belum dinilai; indeks dihitung dari yang sudah dinilai."
CHAPTER = "BAGIAN {number}"
WEIGHT = "bobot {share}"
FINDING, RECOMMENDATION, PARTICULARS = "Temuan", "Rekomendasi", "Keterangan"
MATRIX = ("Bukti", "Berkas", "Untuk butir", "SHA-256")
TREE = ("Butir dan cara menghitung", ">Porsi", ">Nilai")
NOT_COUNTED = "tidak berlaku"
SHOWN_AS = ", ditampilkan {shown}"
TAKEN, LOCATED = "diambil {moment}", "lokasi {place}"

DIMENSION_COLUMNS = ("No.", "Dimensi dan indikatornya", "Aspek", ">Tingkat", ">Mandiri")
DIMENSIONS_INTRO = "Tingkat yang sama seperti pada bagian sebelumnya, dibaca menurut dimensi yang dilayaninya."
COLUMN_NUMBER = "No."
COLUMN_INDICATOR = "Indikator dan uraian tingkat yang dicapai"
COLUMN_LEVEL = "Tingkat"
COLUMN_SELF = "Mandiri"
CONTINUED = "(lanjutan)"
NOTE = "Catatan asesor: "
NOT_APPLICABLE = "Tidak berlaku: "
NOT_ANSWERED = "Belum dinilai"
SELF = "Penilaian mandiri daerah ({level}): "
SELF_SAME, SELF_ABOVE, SELF_BELOW = "sama", "lebih tinggi {by}", "lebih rendah {by}"
FILES = "Bukti dukung: "
UNDRAWABLE = "tidak dapat digambar"

MODES = {Mode.ON_SITE: "Kunjungan lapangan", Mode.ONLINE: "Daring", Mode.HYBRID: "Campuran (lapangan dan daring)"}
METHODS = {
    ScoreMethod.WEIGHTED_MEAN: "rata-rata tertimbang",
    ScoreMethod.MEAN: "rata-rata",
    ScoreMethod.SUM: "jumlah",
    ScoreMethod.MAX: "nilai tertinggi",
    ScoreMethod.MIN: "nilai terendah",
}

SCORING_INTRO = (
    "Setiap angka di bawah ini berasal dari baris-baris yang menjorok di bawahnya. Porsi adalah bagian suatu baris di "
    "dalam induknya setelah butir yang tidak berlaku atau belum dinilai dikeluarkan. Perhitungan dilakukan tanpa "
    "pembulatan; hanya angka yang ditampilkan yang dibulatkan."
)
EVIDENCE_INTRO = (
    "Setiap berkas disebut dengan sidik SHA-256 dari isinya. Berkas yang sidiknya berbeda bukan berkas yang diperiksa "
    "pada kunjungan ini."
)
PHOTOS_LEFT_OUT = "Naskah ini dibuat tanpa foto; setiap foto tetap tercantum di bawah ini dengan sidiknya."
NO_EVIDENCE = "Tidak ada berkas bukti dukung yang dilampirkan pada kunjungan ini."
EXPLAINED = "Peringatan yang dijelaskan asesor"
UNDRAWN = "Foto dan gambar yang tidak dapat digambar"
UNDRAWN_INTRO = "Berkasnya tetap terlampir pada kunjungan dan tercantum pada matriks bukti dukung."
UNDRAWN_ABSENT = "berkas tidak tersedia saat laporan digambar"
UNDRAWN_EMPTY = "berkas kosong (nol bita)"
UNDRAWN_FORMAT = "format gambar (HEIC, AVIF) tidak didukung; lampirkan juga sebagai JPEG"
UNDRAWN_TOO_LARGE = "gambar terlalu besar untuk dibuka dengan aman"
UNDRAWN_BROKEN = "bukan gambar yang dapat dibaca, rusak, atau terpotong"
UNDRAWN_VECTOR = "gambar vektor (SVG) tidak dibuka; lampirkan juga sebagai PNG"
UNDRAWN_MORE = "berkas memuat beberapa gambar; hanya yang pertama digambar"
MISSING = "Karakter yang tidak dapat digambar"
MISSING_INTRO = (
    "Huruf laporan ini tidak memiliki karakter berikut. Di dalam naskah tempatnya ditandai dengan {mark}; teks "
    "lengkapnya tersimpan pada visit.json yang melekat pada berkas PDF ini."
)

SIGN_INTRO = (
    "Laporan ini digambar dari isi kunjungan revisi {revision} yang dibekukan pada {closed}. Isi itu melekat pada "
    "berkas PDF ini sebagai visit.json dan dikenali dari sidik SHA-256 berikut."
)
SIGN_INTRO_DRAFT = "Laporan ini draf untuk dibaca, bukan untuk ditandatangani."
SIGN_ASSESSOR = "Asesor"
SIGN_SECOND = "Asesor kedua"
SIGN_REGION = "Pejabat daerah"
SIGN_REGION_HINT = "Mengetahui hasil evaluasi atas nama pemerintah daerah"
SIGN_NATIONAL = "Sertifikat nasional"
SIGN_NATIONAL_HINT = "Disediakan bagi sertifikat otoritas nasional, misalnya BSrE; boleh dibiarkan kosong"
SIGN_SPACE = "Ruang tanda tangan elektronik"
VERIFY_TITLE = "Memeriksa keaslian"
VERIFY_QR = (
    "Kode QR menyatakan dokumen apa yang diterbitkan, untuk siapa, dan oleh siapa. Halaman Verifikasi membacanya dari "
    "foto atau pindaian halaman ini dan mencocokkannya dengan berkas PDF."
)
VERIFY = (
    "Keaslian diperiksa pada berkas PDF, bukan pada hasil cetaknya. Buka halaman Verifikasi pada GMSC Desktop, atau "
    "pembaca PDF lain yang mengenal tanda tangan elektronik PAdES; keduanya bekerja tanpa jaringan.",
    "Tanda tangan elektronik diatur dalam Undang-Undang Nomor 11 Tahun 2008 tentang Informasi dan Transaksi Elektronik "
    "sebagaimana telah beberapa kali diubah, terakhir dengan Undang-Undang Nomor 1 Tahun 2024.",
)
FOOTER = "Keaslian diperiksa pada berkas PDF melalui halaman Verifikasi GMSC Desktop, bukan pada hasil cetak."
FOOTER_HASH = "Sidik isi {digest}"
PAGE = "Halaman {page} dari {pages}"
