/**
 * What a file of contacts says of each: the fields that imports take, which are those that exports
 * write, and the names by which columns are recognized.
 */
import { searchWords } from '../../platform/text.ts';

/** The fields of a contact in a file. */
export const IMPORT_FIELDS = [
  'ID',
  'NAME',
  'FIRST_NAME',
  'LAST_NAME',
  'EMAIL',
  'PHONE',
  'JOB_TITLE',
  'ORGANIZATION',
  'LEAD_STATUS',
  'OWNER',
  'MARKETING_CONSENT',
  'CONSENT_AT',
] as const;
/** One of IMPORT_FIELDS. */
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** The names of the columns in exported files. */
export const EXPORTED_COLUMNS = {
  ID: 'id',
  NAME: 'name',
  EMAIL: 'email',
  PHONE: 'phone',
  JOB_TITLE: 'jobTitle',
  ORGANIZATION: 'organization',
  LEAD_STATUS: 'leadStatus',
  OWNER: 'owner',
  MARKETING_CONSENT: 'marketingConsent',
  CONSENT_AT: 'consentAt',
} as const satisfies Partial<Record<ImportField, string>>;

/** As people and other systems name columns, in lower case and without spaces and accents. */
const KNOWN_NAMES: Readonly<Record<ImportField, string>> = {
  ID: 'id contactid',
  NAME: 'name fullname displayname contact contactname person personname kontakt nom nomcomplet nombre nombrecompleto',
  FIRST_NAME: 'firstname first givenname forename vorname prenom primernombre',
  LAST_NAME: 'lastname last surname familyname nachname nomdefamille apellido apellidos cognome',
  EMAIL:
    'email emailaddress mail mailaddress email1 email1value primaryemail emailprimary workemail emailwork emailadresse courriel correo correoelectronico',
  PHONE:
    'phone phonenumber telephone tel mobile mobilephone mobilenumber cell cellphone whatsapp phone1 phone1value primaryphone phonework workphone businessphone telefon telefonnummer handy mobil rufnummer telefono movil portable',
  JOB_TITLE: 'jobtitle title position role function beruf stelle funktion poste cargo puesto',
  ORGANIZATION:
    'organization organisation organizationname organisationname organization1name company companyname business employer account accountname firma firmenname unternehmen societe entreprise empresa azienda',
  LEAD_STATUS: 'leadstatus lead status stage',
  OWNER: 'owner owneremail contactowner assignedto salesperson besitzer inhaber propietario',
  MARKETING_CONSENT:
    'marketingconsent consent optin subscribed marketing newsletter marketingpermission einwilligung consentement consentimiento',
  CONSENT_AT: 'consentat consentdate consenttime optinat optindate optintime einwilligungam',
};

const FIELD_BY_NAME: ReadonlyMap<string, ImportField> = new Map(
  IMPORT_FIELDS.flatMap((field) =>
    KNOWN_NAMES[field].split(' ').map((name): [string, ImportField] => [name, field]),
  ),
);

/** The field that a column of this name means; null if the name says nothing. */
export function fieldNamed(column: string): ImportField | null {
  return FIELD_BY_NAME.get(searchWords(column, 10).join('')) ?? null;
}
