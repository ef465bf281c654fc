import { type Catalogue } from './catalogue';

const WEEKS = '{weeks, plural, =1 {setiap minggu} other {setiap # minggu}}';
const MONTHS = '{months, plural, =1 {setiap bulan} =12 {sekali setahun} other {setiap # bulan}}';

export const MALAY: Catalogue = {
  promises: {
    OWN_CONTACT: 'Seorang pengurus kejayaan pelanggan yang membantu anda secara peribadi',
    TEAM_CONTACT: 'Pasukan kejayaan pelanggan yang boleh anda hubungi',
    EXECUTIVE_SPONSOR: 'Seorang eksekutif kami yang bersuara bagi pihak anda',
    PERSONAL_TOUCHES: `Perbualan peribadi sekurang-kurangnya ${WEEKS}`,
    REGULAR_TOUCHES: `Berita dan nasihat yang sesuai untuk anda sekurang-kurangnya ${WEEKS}`,
    DIGITAL_TOUCHES: `Idea dan petua melalui e-mel sekurang-kurangnya ${WEEKS}`,
    EXECUTIVE_BUSINESS_REVIEW: `Semakan perniagaan bersama eksekutif kami ${MONTHS}, melalui video atau di tempat anda`,
    BUSINESS_REVIEW: `Semakan perniagaan melalui video ${MONTHS}`,
    BUSINESS_REPORT: `Laporan manfaat produk kami kepada anda ${MONTHS}, dan pada bila-bila masa anda memintanya`,
    RESPONSE_IN_HOURS: 'Jawapan pertama daripada pasukan sokongan dalam masa {count} jam',
    RESPONSE_SAME_BUSINESS_DAY: 'Jawapan pertama daripada pasukan sokongan pada hari bekerja yang sama',
    RESPONSE_IN_BUSINESS_DAYS: 'Jawapan pertama daripada pasukan sokongan dalam masa {count} hari bekerja',
    RESPONSE_IN_DAYS: 'Jawapan pertama daripada pasukan sokongan dalam masa {count} hari',
    ESCALATION_AROUND_THE_CLOCK: 'Seseorang yang boleh dihubungi sepanjang masa untuk hal segera',
    COMMUNITY: 'Komuniti tempat pelanggan dan pakar kami saling membantu',
    CUSTOM_SESSIONS: 'Sesi latihan yang disediakan khas untuk pasukan anda',
    ONBOARDING_SPECIALIST: 'Seorang pakar yang mengiringi minggu-minggu pertama anda',
    ON_SITE_IF_NEEDED: 'Latihan di tempat anda apabila diperlukan',
    GROUP_WEBINARS: 'Webinar langsung bersama pelanggan lain',
    RECORDINGS: 'Rakaman semua webinar',
    ON_DEMAND_LIBRARY: 'Perpustakaan pelajaran yang boleh ditonton pada bila-bila masa',
    OCCASIONAL_WEBINARS: 'Webinar tentang ciri baharu',
    SELF_SERVICE_TRAINING: 'Panduan dan pelajaran mengikut rentak anda sendiri',
    CUSTOM_SUCCESS_PLAN: 'Pelan kejayaan yang kami tulis bersama anda',
    MUTUAL_ACTION_PLAN: 'Pelan tindakan bersama bagi kedua-dua pihak',
    JOINT_ROADMAP: 'Hala tuju yang kita teliti bersama',
    PLAN_TEMPLATE_WITH_GOALS: 'Pelan kejayaan dengan matlamat anda',
    MONTHLY_VALUE_REPORT: 'Laporan bulanan tentang nilai yang anda peroleh',
    EARLY_ACCESS: 'Akses awal kepada ciri baharu',
    DIRECT_LINE_TO_PRODUCT: 'Talian terus kepada pasukan produk dan kejuruteraan kami',
    KICKOFF_CALL: 'Panggilan permulaan',
    MILESTONE_CALLS: 'Panggilan pada setiap pencapaian penting',
    WELCOME_SERIES: 'Siri mesej alu-aluan untuk langkah pertama anda',
    IN_APP_TOURS: 'Lawatan di dalam produk',
    SELF_SERVICE_ANALYTICS: 'Analisis penggunaan yang boleh anda lihat pada bila-bila masa',
    CHATBOT_WITH_ESCALATION: 'Pembantu sembang yang menyerahkan kepada petugas kami',
    RENEWAL_REMINDER: 'Peringatan awal sebelum kontrak anda diperbaharui',
  },
  moves: {
    UP: {
      subject: 'Lebih banyak untuk {name}',
      opening:
        'Pasukan {name} yang dihormati, kerjasama anda dengan kami telah berkembang, begitu juga khidmat kami untuk anda: mulai {day, date, long} anda mendapat lebih banyak masa dan perhatian kami.',
      listing: 'Yang baharu untuk anda:',
      closing: 'Anda tidak perlu berbuat apa-apa. Kami menantikan langkah seterusnya bersama anda.',
    },
    DOWN: {
      subject: 'Cara kami bekerja dengan {name} mulai {day, date, long}',
      opening:
        'Pasukan {name} yang dihormati, kami telah menyusun semula khidmat kami. Mulai {day, date, long} beginilah cara kami bekerja dengan anda.',
      listing: 'Anda boleh mengharapkan:',
      closing: 'Kontrak anda kekal seperti sedia ada. Jika ada soalan, balas sahaja mesej ini.',
    },
  },
};
