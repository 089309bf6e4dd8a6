import { type APIModalInteractionResponseCallbackData, ComponentType } from 'discord.js';
import type { View } from '../view.ts';
import { type Component, findComponentProblems, findIdProblems, outside, tooLong, walk } from './component-problems.ts';
import { LIMITS } from './limits.ts';

const SCHEME = 'attachment://';
/** Discord renames a file with other characters, and what shows it by its name then shows nothing. */
const FILE_NAME = /^[\w.-]+$/;

/**
 * What Discord would refuse of a view, in words; empty where it would take it. The library checks shapes, not sums, so this is what
 * stands between a long list and an error that nobody can act on.
 */
export function findViewProblems(view: View): string[] {
  const all = [...walk(view.components)];
  const texts = all.map((each) => (each.type === ComponentType.TextDisplay ? each.content.length : 0));
  return [
    ...outside('components', all.length, 1, LIMITS.components),
    ...outside(
      'characters of text',
      texts.reduce((sum, length) => sum + length, 0),
      0,
      LIMITS.text,
    ),
    ...all.flatMap(findComponentProblems),
    ...findIdProblems(all),
    ...findFileProblems(all, view.files?.map((file) => file.name) ?? []),
  ];
}

/** Every file is shown by a component, and every component shows a file that is there. */
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

/** The same for a form. */
export function findModalProblems(form: APIModalInteractionResponseCallbackData): string[] {
  const all = [...walk(form.components)];
  return [
    ...tooLong('title', form.title, LIMITS.modalTitle),
    ...outside('characters in a custom id', form.custom_id.length, 1, LIMITS.customId),
    ...outside('fields', form.components.length, 1, LIMITS.modalComponents),
    ...all.flatMap(findComponentProblems),
    ...findIdProblems(all),
  ];
}
