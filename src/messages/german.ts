import { type Catalogue } from './catalogue';

const WEEKS = '{weeks, plural, =1 {jede Woche} other {alle # Wochen}}';
const MONTHS = '{months, plural, =1 {jeden Monat} =12 {einmal im Jahr} other {alle # Monate}}';

export const GERMAN: Catalogue = {
  promises: {
    OWN_CONTACT: 'Eine feste Ansprechperson in unserem Customer-Success-Team',
    TEAM_CONTACT: 'Ein Customer-Success-Team, an das Sie sich wenden können',
    EXECUTIVE_SPONSOR: 'Ein Mitglied unserer Geschäftsleitung, das sich für Sie einsetzt',
    PERSONAL_TOUCHES: `Ein persönliches Gespräch, mindestens ${WEEKS}`,
    REGULAR_TOUCHES: `Neuigkeiten und Rat, die zu Ihnen passen, mindestens ${WEEKS}`,
    DIGITAL_TOUCHES: `Ideen und Tipps per E-Mail, mindestens ${WEEKS}`,
    EXECUTIVE_BUSINESS_REVIEW: `Ein Geschäftsgespräch mit unserer Leitung, ${MONTHS}, per Video oder bei Ihnen vor Ort`,
    BUSINESS_REVIEW: `Ein Geschäftsgespräch per Video, ${MONTHS}`,
    BUSINESS_REPORT: `Ein Bericht über Ihren Nutzen aus unserem Produkt, ${MONTHS} und wann immer Sie ihn wünschen`,
    RESPONSE_IN_HOURS:
      'Eine erste Antwort vom Support innerhalb {count, plural, =1 {einer Stunde} other {von # Stunden}}',
    RESPONSE_SAME_BUSINESS_DAY: 'Eine erste Antwort vom Support am selben Werktag',
    RESPONSE_IN_BUSINESS_DAYS:
      'Eine erste Antwort vom Support innerhalb {count, plural, =1 {eines Werktags} other {von # Werktagen}}',
    RESPONSE_IN_DAYS:
      'Eine erste Antwort vom Support innerhalb {count, plural, =1 {eines Tages} other {von # Tagen}}',
    ESCALATION_AROUND_THE_CLOCK: 'Rund um die Uhr jemand, der im dringenden Fall erreichbar ist',
    COMMUNITY: 'Eine Community, in der Kunden und unsere Fachleute einander helfen',
    CUSTOM_SESSIONS: 'Schulungen, die auf Ihre Teams zugeschnitten sind',
    ONBOARDING_SPECIALIST: 'Eine Fachperson, die Ihre ersten Wochen begleitet',
    ON_SITE_IF_NEEDED: 'Schulung bei Ihnen vor Ort, wo es hilft',
    GROUP_WEBINARS: 'Live-Webinare zusammen mit anderen Kunden',
    RECORDINGS: 'Aufzeichnungen aller Webinare',
    ON_DEMAND_LIBRARY: 'Eine Bibliothek von Lektionen, jederzeit abrufbar',
    OCCASIONAL_WEBINARS: 'Webinare zu neuen Funktionen',
    SELF_SERVICE_TRAINING: 'Anleitungen und Lektionen in Ihrem eigenen Tempo',
    CUSTOM_SUCCESS_PLAN: 'Ein Erfolgsplan, den wir mit Ihnen schreiben',
    MUTUAL_ACTION_PLAN: 'Ein Plan, wer auf beiden Seiten was tut',
    JOINT_ROADMAP: 'Eine Roadmap, die wir gemeinsam durchgehen',
    PLAN_TEMPLATE_WITH_GOALS: 'Ein Erfolgsplan mit Ihren Zielen',
    MONTHLY_VALUE_REPORT: 'Ein monatlicher Bericht über Ihren Nutzen',
    EARLY_ACCESS: 'Früher Zugang zu neuen Funktionen',
    DIRECT_LINE_TO_PRODUCT: 'Ein direkter Draht zu unserer Produktentwicklung',
    KICKOFF_CALL: 'Ein Gespräch zum Auftakt',
    MILESTONE_CALLS: 'Ein Gespräch bei jedem Meilenstein',
    WELCOME_SERIES: 'Eine Reihe von Nachrichten für Ihre ersten Schritte',
    IN_APP_TOURS: 'Rundgänge im Produkt',
    SELF_SERVICE_ANALYTICS: 'Auswertungen Ihrer Nutzung, wann immer Sie wollen',
    CHATBOT_WITH_ESCALATION: 'Ein Chat-Assistent, der an einen Menschen übergibt',
    RENEWAL_REMINDER: 'Eine rechtzeitige Erinnerung, bevor sich Ihr Vertrag verlängert',
  },
  moves: {
    UP: {
      subject: 'Mehr für {name}',
      opening:
        'Liebes Team von {name}, Ihre Zusammenarbeit mit uns ist gewachsen, und damit wächst auch, was wir für Sie tun: Ab dem {day, date, long} haben wir mehr Zeit und Aufmerksamkeit für Sie.',
      listing: 'Das ist neu für Sie:',
      closing: 'Sie müssen dafür nichts tun. Wir freuen uns auf das, was kommt.',
    },
    DOWN: {
      subject: 'Unsere Zusammenarbeit mit {name} ab dem {day, date, long}',
      opening:
        'Liebes Team von {name}, wir haben unsere Betreuung neu geordnet. Ab dem {day, date, long} arbeiten wir so mit Ihnen zusammen.',
      listing: 'Darauf können Sie zählen:',
      closing:
        'Ihr Vertrag bleibt, wie er ist. Wenn Sie Fragen haben, antworten Sie einfach auf diese Nachricht.',
    },
  },
};
