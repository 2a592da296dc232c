/** Templates into packets: what the rest of intake uses of this folder. */
export type { PageInput } from './page.ts';
export { RenderError } from './render-error.ts';
export { createRenderer, type Renderer } from './renderer.ts';
export type { RenderedSection, RenderScope } from './sections.ts';
export { checkTemplate, type TemplateProblem } from './templates.ts';
