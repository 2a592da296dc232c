/** Creating, changing and deleting contacts, in the API. */
import { inputOf } from '../schema-builder/inputs.ts';
import { deletion, mutation, payloadOf } from '../schema-builder/mutations.ts';
import { Contact } from './contact-schema.ts';
import {
  CreateContact,
  createContact,
  deleteContact,
  UpdateContact,
  updateContact,
} from './contacts.ts';
import { ContactEmailInput, ContactPhoneInput } from './points/inputs.ts';

inputOf('ContactEmailInput', ContactEmailInput);
inputOf('ContactPhoneInput', ContactPhoneInput);

const ContactPayload = payloadOf('ContactPayload', { contact: Contact });

mutation('createContact', {
  description: 'Adds a contact that you own, with its organization if one is named.',
  input: CreateContact,
  payload: ContactPayload,
  rule: createContact,
});

mutation('updateContact', {
  description: 'Changes details of a contact. Its warmness is computed again at once.',
  input: UpdateContact,
  payload: ContactPayload,
  rule: updateContact,
});

deletion('deleteContact', {
  description:
    'Deletes a contact with its activities; its deals stay with their organization. CONFLICT while a work package, campaign, intake client or user refers to it.',
  of: 'Contact',
  rule: deleteContact,
});
