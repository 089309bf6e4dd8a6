/** The kinds of entries in the timeline of an incident. */
export const INCIDENT_EVENTS = [
  'opened',
  'grew',
  'acknowledged',
  'handed_over',
  'note',
  'moved',
  'deactivated',
  'muted',
  'unmuted',
  'escalated',
  'resolved',
] as const;
export type IncidentEventKind = (typeof INCIDENT_EVENTS)[number];

/** An entry in the timeline of an incident. */
export interface IncidentEvent {
  kind: IncidentEventKind;
  at: Date;
  /** The id of who did it, as in `Actor`; `system` for the bot. */
  actorId: string;
  /** `grew`: proxies of the incident then; `moved`: accounts; `deactivated`: proxies. */
  count: number | null;
  /** `handed_over`: the id of who has it then, as in `Actor`. */
  to: string | null;
  /** `note`: the text. */
  note: string | null;
}

/** Maximum number of UTF-16 code units in a note. */
export const NOTE_LIMIT = 500;

/** Who has an incident, and since when. */
export interface Ownership {
  /** As in `Actor`. */
  ownerId: string;
  since: Date;
}
