import { type Catalogue } from './catalogue';

const WEEKS = '{weeks, plural, =1 {setiap minggu} other {setiap # minggu}}';
const MONTHS = '{months, plural, =1 {setiap bulan} =12 {sekali setahun} other {setiap # bulan}}';

export const INDONESIAN: Catalogue = {
  promises: {
    OWN_CONTACT: 'Seorang manajer kesuksesan pelanggan yang mendampingi Anda secara pribadi',
    TEAM_CONTACT: 'Tim kesuksesan pelanggan yang dapat Anda hubungi',
    EXECUTIVE_SPONSOR: 'Seorang eksekutif kami yang mewakili kepentingan Anda',
    PERSONAL_TOUCHES: `Percakapan langsung paling lama ${WEEKS}`,
    REGULAR_TOUCHES: `Kabar dan saran yang sesuai untuk Anda paling lama ${WEEKS}`,
    DIGITAL_TOUCHES: `Ide dan kiat melalui surel paling lama ${WEEKS}`,
    EXECUTIVE_BUSINESS_REVIEW: `Tinjauan bisnis bersama eksekutif kami ${MONTHS}, melalui video atau di tempat Anda`,
    BUSINESS_REVIEW: `Tinjauan bisnis melalui video ${MONTHS}`,
    BUSINESS_REPORT: `Laporan manfaat produk kami bagi Anda ${MONTHS}, dan kapan pun Anda memintanya`,
    RESPONSE_IN_HOURS: 'Jawaban pertama dari tim dukungan dalam {count} jam',
    RESPONSE_SAME_BUSINESS_DAY: 'Jawaban pertama dari tim dukungan pada hari kerja yang sama',
    RESPONSE_IN_BUSINESS_DAYS: 'Jawaban pertama dari tim dukungan dalam {count} hari kerja',
    RESPONSE_IN_DAYS: 'Jawaban pertama dari tim dukungan dalam {count} hari',
    ESCALATION_AROUND_THE_CLOCK: 'Orang yang dapat dihubungi sepanjang waktu untuk hal mendesak',
    COMMUNITY: 'Komunitas tempat pelanggan dan ahli kami saling membantu',
    CUSTOM_SESSIONS: 'Sesi pelatihan yang disusun untuk tim Anda',
    ONBOARDING_SPECIALIST: 'Seorang spesialis yang mendampingi minggu-minggu pertama Anda',
    ON_SITE_IF_NEEDED: 'Pelatihan di tempat Anda bila diperlukan',
    GROUP_WEBINARS: 'Webinar langsung bersama pelanggan lain',
    RECORDINGS: 'Rekaman semua webinar',
    ON_DEMAND_LIBRARY: 'Pustaka pelajaran yang dapat ditonton kapan saja',
    OCCASIONAL_WEBINARS: 'Webinar tentang fitur baru',
    SELF_SERVICE_TRAINING: 'Panduan dan pelajaran sesuai kecepatan Anda sendiri',
    CUSTOM_SUCCESS_PLAN: 'Rencana keberhasilan yang kami susun bersama Anda',
    MUTUAL_ACTION_PLAN: 'Rencana tindakan bersama untuk kedua pihak',
    JOINT_ROADMAP: 'Peta jalan yang kita bahas bersama',
    PLAN_TEMPLATE_WITH_GOALS: 'Rencana keberhasilan dengan sasaran Anda',
    MONTHLY_VALUE_REPORT: 'Laporan bulanan tentang manfaat yang Anda peroleh',
    EARLY_ACCESS: 'Akses awal ke fitur baru',
    DIRECT_LINE_TO_PRODUCT: 'Jalur langsung ke tim produk dan teknik kami',
    KICKOFF_CALL: 'Panggilan pembuka di awal kerja sama',
    MILESTONE_CALLS: 'Panggilan pada setiap tonggak pencapaian',
    WELCOME_SERIES: 'Rangkaian pesan sambutan untuk langkah pertama Anda',
    IN_APP_TOURS: 'Tur di dalam produk',
    SELF_SERVICE_ANALYTICS: 'Analisis pemakaian yang dapat Anda lihat kapan saja',
    CHATBOT_WITH_ESCALATION: 'Asisten obrolan yang meneruskan kepada petugas kami',
    RENEWAL_REMINDER: 'Pengingat tepat waktu sebelum kontrak Anda diperpanjang',
  },
  moves: {
    UP: {
      subject: 'Lebih banyak untuk {name}',
      opening:
        'Tim {name} yang terhormat, kerja sama Anda dengan kami telah tumbuh, begitu pula layanan kami untuk Anda: mulai {day, date, long} Anda mendapat lebih banyak waktu dan perhatian kami.',
      listing: 'Yang baru bagi Anda:',
      closing: 'Anda tidak perlu melakukan apa pun. Kami menantikan langkah berikutnya bersama Anda.',
    },
    DOWN: {
      subject: 'Cara kami bekerja dengan {name} mulai {day, date, long}',
      opening:
        'Tim {name} yang terhormat, kami menata ulang layanan kami. Mulai {day, date, long} beginilah cara kami bekerja dengan Anda.',
      listing: 'Anda dapat mengandalkan:',
      closing: 'Kontrak Anda tidak berubah. Jika ada pertanyaan, cukup balas pesan ini.',
    },
  },
};
