/** Templates into packets: what the rest of intake uses of this folder. */
export { RenderBudget } from './budget.ts';
export { MAX_HEADING_LENGTH, MAX_SOURCE_LENGTH } from './engine.ts';
export type { PageInput } from './page.ts';
export { RenderError } from './render-error.ts';
export { createRenderer, type Renderer } from './renderer.ts';
export type { RenderedSection, RenderScope } from './sections.ts';
export { checkTemplate, type TemplateProblem } from './check-template.ts';
