import type { Component, Media } from './model.ts';

/** A component with its path: `['components', 0, 'accessory']`. */
export interface Placed {
  component: Component;
  path: (string | number)[];
}

/** Every component with its children, in reading order. */
export function walkComponents(components: Component[], path: (string | number)[] = ['components']): Placed[] {
  return components.flatMap((component, index) => walkOne(component, [...path, index]));
}

function walkOne(component: Component, path: (string | number)[]): Placed[] {
  return [
    { component, path },
    ...walkComponents(component.components ?? [], [...path, 'components']),
    ...(component.component ? walkOne(component.component, [...path, 'component']) : []),
    ...(component.accessory ? walkOne(component.accessory, [...path, 'accessory']) : []),
  ];
}

/** The pictures and files of a component itself. */
export function mediaOf(component: Component): Media[] {
  return [component.media, component.file, ...(component.items ?? []).map((item) => item.media)].filter(
    (media) => media !== undefined,
  );
}

/** Like Discord, assigns an id to each component without one. */
export function numberComponents(components: Component[]): void {
  const placed = walkComponents(components);
  const taken = new Set(placed.map(({ component }) => component.id));
  let next = 1;
  for (const { component } of placed) {
    if (component.id) continue;
    while (taken.has(next)) next += 1;
    component.id = next;
    taken.add(next);
  }
}

/** The texts of all text displays of a message, in reading order. */
export function textsOf(components: Component[]): string[] {
  return walkComponents(components).flatMap(({ component }) => component.content ?? []);
}
