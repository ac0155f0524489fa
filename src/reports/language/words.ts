// The words of a mail in each language; a word that lacks in one does not compile.
import type { Language } from "./languages.ts";

export interface Words {
  testSubject: string;
  testText: string;
  /** Behind it stands when it was sent. */
  sentAt: string;
  attached: string;
}

export const WORDS: Record<Language, Words> = {
  en: {
    testSubject: "cdrate: test of mail",
    testText: "This mail was sent to try the mail settings of cdrate. Nothing has to be done.",
    sentAt: "Sent at",
    attached: "Attached",
  },
  es: {
    testSubject: "cdrate: prueba de correo",
    testText: "Este correo prueba los ajustes de correo de cdrate. No hay que hacer nada.",
    sentAt: "Enviado",
    attached: "Adjuntos",
  },
  de: {
    testSubject: "cdrate: Test der E-Mail",
    testText: "Diese E-Mail prüft die Mail-Einstellungen von cdrate. Es ist nichts zu tun.",
    sentAt: "Gesendet",
    attached: "Anlagen",
  },
  fr: {
    testSubject: "cdrate : essai du courrier",
    testText: "Ce message vérifie les réglages de courrier de cdrate. Il n’y a rien à faire.",
    sentAt: "Envoyé",
    attached: "Pièces jointes",
  },
  pt: {
    testSubject: "cdrate: teste de e-mail",
    testText: "Esta mensagem testa as configurações de e-mail do cdrate. Não é preciso fazer nada.",
    sentAt: "Enviado",
    attached: "Anexos",
  },
};
