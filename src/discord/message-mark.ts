import type { Message } from '../domain/messages/message.ts';
import type { View } from '../kit/view.ts';

/** Marks start above the ids that Discord assigns to components automatically. */
const FIRST_MARK = 1_000;

/** The id of the outermost component of a message, by which the message is found again. */
export function markOf(id: Message['id']): number {
  return FIRST_MARK + id;
}

export function withMark(view: View, id: Message['id']): View {
  const [first, ...others] = view.components;
  return first ? { ...view, components: [{ ...first, id: markOf(id) }, ...others] } : view;
}
