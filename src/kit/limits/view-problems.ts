import { type APIModalInteractionResponseCallbackData, ComponentType } from 'discord.js';
import type { View } from '../view.ts';
import { type Component, findComponentProblems, findIdProblems, outside, tooLong, walk } from './component-problems.ts';
import { textLength } from './fit.ts';
import { LIMITS } from './limits.ts';

const SCHEME = 'attachment://';
/** Discord renames a file with other characters, and components that refer to it by name then show nothing. */
const FILE_NAME = /^[\w.-]+$/;

/**
 * Reasons why Discord would reject a view; empty if it is valid. discord.js does not check sums, so without this a long list would
 * only fail with an API error.
 */
export function findViewProblems(view: View): string[] {
  const all = [...walk(view.components)];
  return [
    ...outside('components', all.length, 1, LIMITS.components),
    ...outside('characters of text', textLength(view), 0, LIMITS.text),
    ...all.flatMap(findComponentProblems),
    ...findIdProblems(all),
    ...findFileProblems(all, view.files?.map((file) => file.name) ?? []),
  ];
}

/** Every file must be shown by a component, and every shown file must be attached. */
function findFileProblems(all: readonly Component[], names: readonly string[]): string[] {
  const shown = all.flatMap(shownUrls).flatMap((url) => (url.startsWith(SCHEME) ? [url.slice(SCHEME.length)] : []));
  return [
    ...outside('files', names.length, 0, LIMITS.files),
    ...names.filter((name) => !FILE_NAME.test(name)).map((name) => `a file name that Discord changes: ${name}`),
    ...names.filter((name, index) => names.indexOf(name) < index).map((name) => `two files named ${name}`),
    ...names.filter((name) => !shown.includes(name)).map((name) => `${name} is attached and not shown`),
    ...shown.filter((name) => !names.includes(name)).map((name) => `${name} is shown and not attached`),
  ];
}

function shownUrls(component: Component): string[] {
  if (component.type === ComponentType.File) return [component.file.url];
  if (component.type === ComponentType.Thumbnail) return [component.media.url];
  return component.type === ComponentType.MediaGallery ? component.items.map((item) => item.media.url) : [];
}

/** Reasons why Discord would reject a modal. */
export function findModalProblems(modal: APIModalInteractionResponseCallbackData): string[] {
  const all = [...walk(modal.components)];
  return [
    ...tooLong('title', modal.title, LIMITS.modalTitle),
    ...outside('characters in a custom id', modal.custom_id.length, 1, LIMITS.customId),
    ...outside('fields', modal.components.length, 1, LIMITS.modalComponents),
    ...all.flatMap(findComponentProblems),
    ...findIdProblems(all),
  ];
}
