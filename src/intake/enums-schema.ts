/** The enums of intake in GraphQL: those of the database. */
import {
  ClientType,
  PacketPriority,
  PacketStatus,
  PacketType,
  QuestionKind,
} from '../../generated/kysely.ts';
import { builder } from '../schema-builder/builder.ts';

export const ClientTypeEnum = builder.enumType('ClientType', { values: Object.values(ClientType) });
export const QuestionKindEnum = builder.enumType('QuestionKind', {
  values: Object.values(QuestionKind),
});
export const PacketTypeEnum = builder.enumType('PacketType', { values: Object.values(PacketType) });
export const PacketStatusEnum = builder.enumType('PacketStatus', {
  values: Object.values(PacketStatus),
});
export const PacketPriorityEnum = builder.enumType('PacketPriority', {
  values: Object.values(PacketPriority),
});
