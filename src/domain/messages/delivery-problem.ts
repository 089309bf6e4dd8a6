/** Reasons for which a message was not delivered to the ops channel; the log has the details. */
export const DELIVERY_PROBLEMS = ['channel_gone', 'no_access', 'refused', 'unavailable'] as const;
export type DeliveryProblem = (typeof DELIVERY_PROBLEMS)[number];
