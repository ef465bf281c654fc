import { type Catalogue } from './catalogue';

const WEEKS = '{weeks, plural, =1 {toda semana} other {a cada # semanas}}';
const MONTHS = '{months, plural, =1 {todo mês} =12 {uma vez por ano} other {a cada # meses}}';

export const PORTUGUESE: Catalogue = {
  promises: {
    OWN_CONTACT: 'Uma pessoa de contato só sua na nossa equipe de sucesso do cliente',
    TEAM_CONTACT: 'Uma equipe de sucesso do cliente à sua disposição',
    EXECUTIVE_SPONSOR: 'Um executivo nosso que defende os seus interesses',
    PERSONAL_TOUCHES: `Uma conversa pessoal pelo menos ${WEEKS}`,
    REGULAR_TOUCHES: `Novidades e conselhos sob medida pelo menos ${WEEKS}`,
    DIGITAL_TOUCHES: `Ideias e dicas por e-mail pelo menos ${WEEKS}`,
    EXECUTIVE_BUSINESS_REVIEW: `Uma reunião de negócios com os nossos executivos ${MONTHS}, por vídeo ou na sua empresa`,
    BUSINESS_REVIEW: `Uma reunião de negócios por vídeo ${MONTHS}`,
    BUSINESS_REPORT: `Um relatório dos resultados obtidos com o nosso produto ${MONTHS}, e sempre que o pedir`,
    RESPONSE_IN_HOURS:
      'Uma primeira resposta do suporte em até {count, plural, =1 {uma hora} other {# horas}}',
    RESPONSE_SAME_BUSINESS_DAY: 'Uma primeira resposta do suporte no mesmo dia útil',
    RESPONSE_IN_BUSINESS_DAYS:
      'Uma primeira resposta do suporte em até {count, plural, =1 {um dia útil} other {# dias úteis}}',
    RESPONSE_IN_DAYS: 'Uma primeira resposta do suporte em até {count, plural, =1 {um dia} other {# dias}}',
    ESCALATION_AROUND_THE_CLOCK: 'Alguém a quem recorrer a qualquer hora em casos urgentes',
    COMMUNITY: 'Uma comunidade em que clientes e os nossos especialistas se ajudam',
    CUSTOM_SESSIONS: 'Treinamentos preparados para as suas equipes',
    ONBOARDING_SPECIALIST: 'Um especialista que acompanha as suas primeiras semanas',
    ON_SITE_IF_NEEDED: 'Treinamento na sua empresa quando for útil',
    GROUP_WEBINARS: 'Webinars ao vivo com outros clientes',
    RECORDINGS: 'Gravações de todos os webinars',
    ON_DEMAND_LIBRARY: 'Uma biblioteca de aulas para assistir a qualquer hora',
    OCCASIONAL_WEBINARS: 'Webinars sobre novos recursos',
    SELF_SERVICE_TRAINING: 'Guias e aulas no seu próprio ritmo',
    CUSTOM_SUCCESS_PLAN: 'Um plano de sucesso que escrevemos com você',
    MUTUAL_ACTION_PLAN: 'Um plano do que cada lado faz',
    JOINT_ROADMAP: 'Um roteiro que percorremos juntos',
    PLAN_TEMPLATE_WITH_GOALS: 'Um plano de sucesso com as suas metas',
    MONTHLY_VALUE_REPORT: 'Um relatório mensal do valor obtido',
    EARLY_ACCESS: 'Acesso antecipado a novos recursos',
    DIRECT_LINE_TO_PRODUCT: 'Um canal direto com as nossas equipes de produto e engenharia',
    KICKOFF_CALL: 'Uma conversa de abertura',
    MILESTONE_CALLS: 'Uma conversa a cada marco',
    WELCOME_SERIES: 'Uma série de mensagens para os seus primeiros passos',
    IN_APP_TOURS: 'Visitas guiadas dentro do produto',
    SELF_SERVICE_ANALYTICS: 'Análises do seu uso sempre que quiser',
    CHATBOT_WITH_ESCALATION: 'Um assistente de chat que passa a conversa para uma pessoa',
    RENEWAL_REMINDER: 'Um lembrete com antecedência antes da renovação do seu contrato',
  },
  moves: {
    UP: {
      subject: 'Mais para {name}',
      opening:
        'Prezada equipe de {name}, a sua parceria conosco cresceu, e com ela o que fazemos por você: a partir de {day, date, long} você conta com mais do nosso tempo e da nossa atenção.',
      listing: 'Estas são as novidades:',
      closing: 'Você não precisa fazer nada. Contamos com os próximos passos ao seu lado.',
    },
    DOWN: {
      subject: 'Como trabalhamos com {name} a partir de {day, date, long}',
      opening:
        'Prezada equipe de {name}, reorganizamos o nosso atendimento. A partir de {day, date, long} é assim que trabalhamos com você.',
      listing: 'Você pode contar com:',
      closing: 'O seu contrato continua como está. Em caso de dúvida, basta responder a esta mensagem.',
    },
  },
};
