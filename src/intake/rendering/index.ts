/**
 * Rendering templates into packets: Liquid becomes Markdown, Markdown becomes one HTML page, in
 * threads of their own and within limits. This is all that the rest of intake uses of the room.
 */
export { RenderBudget } from './budget.ts';
export { checkTemplate, type TemplateProblem } from './check-template.ts';
export { MAX_HEADING_LENGTH, MAX_SOURCE_LENGTH, MAX_TAGS } from './engine.ts';
export type { PageInput } from './page.ts';
export { RenderError } from './render-error.ts';
export { createRenderer, type Renderer } from './renderer.ts';
export type { RenderedSection, RenderScope } from './sections.ts';
