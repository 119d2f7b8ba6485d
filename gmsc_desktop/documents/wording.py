"""The fixed words of minutes, certificates and recapitulations; Indonesian whatever the window's language."""

from __future__ import annotations

MINUTES = "Berita Acara"
MINUTES_OF = "Kunjungan Evaluasi Pelaksanaan Smart City"
MINUTES_OF_OTHER = "Kunjungan Evaluasi"
MINUTES_SUBJECT_OTHER = "Berita acara kunjungan evaluasi"
MINUTES_SUBJECT = "Berita acara kunjungan evaluasi smart city"
NUMBER = "Nomor: {number}"
NUMBER_BLANK = "Nomor: ........................................"
OPENING = "Pada hari ini, {words} ({figures}), bertempat di {place}, kami yang tersebut di bawah ini:"
OPENING_NOWHERE = "Pada hari ini, {words} ({figures}), kami yang tersebut di bawah ini:"
FIRST_PARTY = "Pihak Kesatu: tim asesor"
SECOND_PARTY = "Pihak Kedua: pemerintah daerah"
MET_FOR = (
    "telah bersama-sama menyelesaikan kunjungan evaluasi {subject}{region} siklus {cycle}, "
    "tanggal {dates}, dengan cara {mode}, dan mencatat hal-hal berikut."
)
MET_SUBJECT = "pelaksanaan masterplan smart city "
MODES = {
    "on_site": "kunjungan lapangan",
    "online": "pertemuan daring",
    "hybrid": "kunjungan lapangan dan pertemuan daring",
}
RESULT = "I.  Hasil penilaian"
AGREED = "II.  Pokok-pokok yang disepakati"
DISPUTED = "III.  Pokok-pokok yang berbeda pendapat"
ASPECT, WEIGHT, VALUE = "Aspek", ">Bobot", ">Nilai"
TOTAL = "Indeks pencapaian"
OF_HIGHEST = "dari nilai tertinggi {highest}"
PREDICATE = "Predikat {category}"
CHANGE = "{change} terhadap indeks {year} ({index})"
UNFINISHED = "Penilaian belum lengkap; nilai di atas dihitung dari indikator yang sudah dinilai."
SAME_ALL = "Tingkat {compared} indikator yang dinilai sendiri oleh daerah sama dengan tingkat yang ditetapkan asesor."
SAME_SOME = (
    "Tingkat {same} dari {compared} indikator yang dinilai sendiri oleh daerah sama dengan tingkat yang ditetapkan "
    "asesor."
)
NOT_COMPARED = "Daerah tidak menyampaikan penilaian mandiri, sehingga tidak ada tingkat yang dapat dibandingkan."
FINDINGS = "Temuan kunjungan"
RECOMMENDATIONS = "Rekomendasi yang ditindaklanjuti daerah"
NONE_AGREED = "Tidak ada temuan maupun rekomendasi yang dicatat."
NO_DISPUTE = "Tidak ada perbedaan antara penilaian mandiri daerah dan penilaian asesor."
DISPUTE_INTRO = (
    "Pada {count} indikator berikut penilaian mandiri daerah berbeda dari penilaian asesor. Perbedaan dicatat apa "
    "adanya; nilai yang dihitung adalah nilai asesor."
)
NOTES_CUT = (
    "Catatan yang diakhiri tanda … dimuat utuh dalam laporan hasil evaluasi dan dalam isi yang melekat pada berkas ini."
)
DISPUTE_COLUMNS = ("No.", "Indikator dan catatan asesor", ">Mandiri", ">Asesor", ">Selisih")
CONTINUED = "(lanjutan)"
NOT_APPLICABLE = "tidak berlaku"
CLOSING = (
    "Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya. Isi kunjungan revisi "
    "{revision} melekat pada berkas PDF ini sebagai visit.json dengan sidik SHA-256 {digest}."
)
CLOSING_DRAFT = "Naskah ini draf untuk dibaca bersama, bukan untuk ditandatangani."
SIGN_FIRST, SIGN_SECOND = "Pihak Kesatu", "Pihak Kedua"
SIGN_LEAD, SIGN_MEMBER = "Ketua tim asesor", "Asesor kedua"
SIGN_FOR = "Atas nama pemerintah daerah"
CHECK = "Memeriksa keaslian"
CHECK_QR = "Pindai kode ini, atau buka berkas PDF-nya, pada halaman Verifikasi GMSC Desktop; tidak perlu jaringan."
CHECK_PDF = "Keaslian diperiksa pada berkas PDF melalui halaman Verifikasi GMSC Desktop; tidak perlu jaringan."
MISSING = "Karakter yang tidak dapat digambar dan ditandai {mark}: {names}."
ATTACHED_VISIT = "Isi kunjungan (JSON kanonik, RFC 8785), sumber berita acara ini"

CERTIFICATE = "Piagam Penghargaan"
COPY = "SALINAN"
COPY_NOTE = "Cetakan ke-{number}"
COPY_NOTE_DAY = "Cetakan ke-{number}, {day}"
EXAMPLE = "CONTOH"
CERTIFICATE_SUBJECT = "Penghargaan Gerakan Menuju Smart City"
ATTACHED_AWARDS = "Catatan penghargaan (JSON kanonik, RFC 8785), sumber piagam ini"

RECAP = "Rekapitulasi Hasil Evaluasi"
RECAP_SUBJECT = "Rekapitulasi hasil evaluasi smart city"
RECAP_FOOTER = "Dihitung dari isi kunjungan; recap.json yang melekat pada berkas ini menyebut sidik asal setiap baris."
RANK, REGION, INDEX, SHIFT, CATEGORY = ">Peringkat", "Daerah", ">Indeks", ">Perubahan", "Predikat"
TOOK_PART = "Daerah yang mengikuti evaluasi"
RANKED = "Penilaian lengkap dan ditutup"
FINISHED_PLAN = "Menyelesaikan masterplan"
MEAN = "Rata-rata indeks"
RISEN = "Indeks naik"
BY_CATEGORY = "Menurut predikat"
MEAN_ROW = "Rata-rata"
PROVISIONAL = "sementara: {why}"
WHY_DRAFT, WHY_INCOMPLETE = "kunjungan belum ditutup", "penilaian belum lengkap"
RULES = (
    "Peringkat menurut indeks sebelum dibulatkan; daerah dengan indeks yang sama berbagi peringkat. Penilaian yang "
    "belum lengkap atau belum ditutup tidak diberi peringkat dan tidak masuk rata-rata."
)
PLAN_RULE = "Masterplan dihitung selesai bila Buku 2 dinyatakan ada dan final pada kunjungan."
ASPECTS_LEFT = "Tabel memuat {shown} dari {count} aspek; selebihnya ada pada berkas CSV dan isi yang melekat."
LEFT_OUT = "Kunjungan yang digantikan oleh kunjungan lebih baru ke daerah yang sama tidak dimuat: {names}."
NEWEST = "Isi termutakhir {moment}"
RECAP_CLOSING = (
    "Rekapitulasi ini disusun dari kunjungan yang disebut di atas. Isinya melekat pada berkas PDF ini sebagai "
    "recap.json dengan sidik SHA-256 {digest}; di dalamnya setiap baris menyebut sidik isi kunjungannya."
)
APPROVES, APPROVES_FOR = "Mengetahui", "Pejabat yang menetapkan"
ISSUES, ISSUES_FOR = "Penerbit", "Yang menyusun rekapitulasi"
ATTACHED_RECAP = "Isi rekapitulasi (JSON kanonik, RFC 8785)"
PROVINCE_CODE = "{province} · {code}"
