/**
 * What a campaign's template is sent with: its parameters and components, parsed once, rendered for
 * each recipient in the form of WhatsApp's API.
 */
import {
  ParameterError,
  ParameterText,
  type Recipient,
  scopeOf,
} from '../whatsapp/template-parameters.ts';
import { isMediaLink, TemplateComponents } from './components.ts';

/** A parameter as WhatsApp's API takes it. */
export type MessageParameter =
  | { type: 'text'; text: string; parameter_name?: string }
  | { type: 'payload'; payload: string }
  | { type: 'coupon_code'; coupon_code: string }
  | { type: 'image'; image: MessageMedia }
  | { type: 'video'; video: MessageMedia }
  | { type: 'document'; document: MessageMedia };

/** A file as WhatsApp's API takes it. */
export interface MessageMedia {
  link?: string;
  id?: string;
  filename?: string;
}

/** A component of a message as WhatsApp's API takes it. */
export type MessageComponent =
  | { type: 'header' | 'body'; parameters: MessageParameter[] }
  | {
      type: 'button';
      sub_type: 'url' | 'copy_code' | 'quick_reply';
      index: string;
      parameters: MessageParameter[];
    };

/** What a campaign stores of a template's contents. */
export interface TemplateContents {
  /** Liquid that fills the body's variables in their order. */
  parameters: readonly string[];
  /** TemplateComponents as JSON; null if there are none. */
  components: unknown;
}

type Render<T> = (scope: object) => T;

/** The contents of one template, for all recipients. */
export class MessageTemplate {
  readonly #components: readonly Render<MessageComponent>[];

  /** `contents` were checked when they were stored. */
  constructor({ parameters, components }: TemplateContents) {
    const given = components === null ? {} : TemplateComponents.parse(components);
    const body = given.body ?? parameters.map((text) => ({ name: null, text }));
    this.#components = [
      ...(given.header ? [header(given.header)] : []),
      ...(body.length > 0 ? [bodyOf(body)] : []),
      ...(given.buttons ?? []).map(button),
    ];
  }

  /** Whether a message needs nothing of its recipient. */
  get isEmpty(): boolean {
    return this.#components.length === 0;
  }

  /** Renders the components for a recipient; throws a ParameterError. */
  render(recipient: Recipient): MessageComponent[] {
    const scope = scopeOf(recipient);
    return this.#components.map((component) => component(scope));
  }
}

type Header = NonNullable<TemplateComponents['header']>;
type Media = NonNullable<Header['image']>;
type Variables = NonNullable<TemplateComponents['body']>;

function bodyOf(variables: Variables): Render<MessageComponent> {
  const texts = variables.map((one, index) =>
    variable(one, `Parameter ${one.name ?? index + 1} of the template`),
  );
  return (scope) => ({ type: 'body', parameters: texts.map((text) => text(scope)) });
}

function variable({ name, text }: Variables[number], what: string): Render<MessageParameter> {
  const parsed = new ParameterText(text, what);
  return (scope) => ({
    type: 'text',
    ...(name == null ? {} : { parameter_name: name }),
    text: parsed.render(scope),
  });
}

function header({ text, image, video, document }: Header): Render<MessageComponent> {
  const parameter =
    (text && variable(text, "The variable of the template's header")) ??
    (image && mapped(media(image), (file) => ({ type: 'image', image: file }))) ??
    (video && mapped(media(video), (file) => ({ type: 'video', video: file }))) ??
    (document && mapped(media(document), (file) => ({ type: 'document', document: file })));
  return (scope) => ({ type: 'header', parameters: parameter ? [parameter(scope)] : [] });
}

function mapped<From, To>(render: Render<From>, change: (from: From) => To): Render<To> {
  return (scope) => change(render(scope));
}

function media({ link, mediaId, filename }: Media): Render<MessageMedia> {
  const address =
    link == null ? null : new ParameterText(link, "The link of the template's header");
  const name =
    filename == null ? null : new ParameterText(filename, "The filename of the template's header");
  return (scope) => ({
    ...(address === null ? { id: mediaId ?? '' } : { link: linkOf(address.render(scope)) }),
    ...(name === null ? {} : { filename: name.render(scope) }),
  });
}

function linkOf(link: string): string {
  if (isMediaLink(link)) return link;
  throw new ParameterError(
    "The link of the template's header is no https address for this contact.",
  );
}

function button(given: NonNullable<TemplateComponents['buttons']>[number]) {
  const { index, urlSuffix, code, payload } = given;
  const source = urlSuffix ?? code ?? payload ?? '';
  const text = new ParameterText(source, `The parameter of button ${index} of the template`);
  const place = { type: 'button', index: String(index) } as const;
  return (scope: object): MessageComponent => {
    const value = text.render(scope);
    if (urlSuffix != null)
      return { ...place, sub_type: 'url', parameters: [{ type: 'text', text: value }] };
    if (code != null)
      return {
        ...place,
        sub_type: 'copy_code',
        parameters: [{ type: 'coupon_code', coupon_code: value }],
      };
    return {
      ...place,
      sub_type: 'quick_reply',
      parameters: [{ type: 'payload', payload: value }],
    };
  };
}
