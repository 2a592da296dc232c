/**
 * The words by which people usually opt out of messages, and in again, by the language of the
 * templates that they answer: those that the rules for text messages name, and the usual titles of
 * buttons. English ones are known everywhere.
 */

/** Words that opt out, and words that opt in again. */
export interface Words {
  stop: readonly string[];
  start: readonly string[];
}

const split = (stop: string, start: string): Words => ({
  stop: stop.split(', '),
  start: start.split(', '),
});

/** By the first part of the language's code. */
export const USUAL_WORDS: Readonly<Record<string, Words>> = {
  en: split(
    'stop, stop all, stopall, stop promotions, stop messages, unsubscribe, opt out, optout, quit, end, cancel, revoke, remove me',
    'start, unstop, subscribe, resubscribe, opt in, optin, resume',
  ),
  ar: split(
    'توقف, إيقاف, أوقف, إلغاء, إلغاء الاشتراك, إيقاف العروض الترويجية',
    'ابدأ, بدء, اشتراك, استئناف',
  ),
  cs: split('stop, odhlásit, odhlásit se, zrušit', 'start, přihlásit, přihlásit se'),
  da: split('stop, afmeld, frameld', 'start, tilmeld'),
  de: split(
    'stop, stopp, abmelden, abbestellen, austragen, keine werbung, werbung stoppen, widerruf',
    'start, anmelden, fortsetzen, wieder anmelden',
  ),
  el: split('στοπ, διακοπή, απεγγραφή', 'έναρξη, εγγραφή'),
  es: split(
    'stop, baja, alto, parar, detener, cancelar, darse de baja, cancelar suscripción, detener promociones, no más',
    'alta, iniciar, empezar, reanudar, suscribir, suscribirme',
  ),
  fi: split('stop, seis, lopeta, peruuta', 'aloita, tilaa'),
  fr: split(
    'stop, arrêt, arrêter, arrêter les promotions, désabonner, se désabonner, désinscription, désinscrire',
    'démarrer, commencer, reprendre, abonner, réabonner, inscription',
  ),
  he: split('הסר, הסרה, עצור, הפסק', 'התחל, הצטרף'),
  hi: split('स्टॉप, रोकें, बंद करें, सदस्यता समाप्त करें', 'स्टार्ट, शुरू, शुरू करें'),
  hu: split('stop, leállít, leiratkozás, leiratkozom', 'start, feliratkozás, feliratkozom'),
  id: split('stop, berhenti, hentikan, batal', 'mulai, langganan, lanjutkan'),
  it: split(
    'stop, basta, ferma, annulla, cancellami, disiscrivimi, disiscriviti, interrompi promozioni',
    'inizia, riprendi, iscrivimi, iscriviti',
  ),
  ja: split('停止, 配信停止, 解除, 登録解除, ストップ', '開始, 再開, 登録'),
  ko: split('중지, 중단, 수신거부, 구독 취소', '시작, 재개, 수신동의, 구독'),
  ms: split('stop, berhenti, hentikan, batal', 'mula, langgan'),
  nb: split('stopp, meld av, avmeld', 'start, meld på'),
  nl: split('stop, stoppen, afmelden, uitschrijven', 'start, aanmelden, inschrijven'),
  pl: split('stop, wypisz, rezygnuję, anuluj', 'start, zapisz, wznów'),
  pt: split(
    'stop, parar, pare, sair, cancelar, descadastrar, cancelar inscrição, interromper promoções',
    'começar, iniciar, voltar, retomar, inscrever',
  ),
  ro: split('stop, dezabonare, anulează', 'start, abonare'),
  ru: split('стоп, отписаться, отписка, отмена', 'старт, подписаться, возобновить'),
  sv: split('stopp, stop, avsluta, avregistrera', 'start, starta, registrera'),
  th: split('หยุด, ยกเลิก, เลิกรับข่าวสาร', 'เริ่ม, รับข่าวสาร'),
  tr: split('dur, durdur, iptal, ret, çık, abonelikten çık', 'başla, başlat, abone ol'),
  uk: split('стоп, відписатися, скасувати', 'старт, підписатися, відновити'),
  vi: split('dừng, ngừng, hủy, hủy đăng ký', 'bắt đầu, đăng ký'),
  zh: split('停止, 退订, 取消订阅, 退訂, 取消訂閱', '开始, 订阅, 恢复, 開始, 訂閱, 恢復'),
};
