import * as shapes from '../discord/define/command.ts';
import type { Services } from '../services/services.ts';
import type { AutocompleteName } from './autocomplete.ts';

export type Context = shapes.Context<Services>;

/** The shapes of a command, a message menu, a button or menu, and a form, over our services. */
export const defineCommand = shapes.defineCommand<Services, AutocompleteName>();
export const defineMessageCommand = shapes.defineMessageCommand<Services>();
export const defineComponent = shapes.defineComponent<Services>();
export const defineModal = shapes.defineModal<Services>();
