/** What a preview has shown no longer holds. The transaction that finds out is rolled back, and a fresh preview is made. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}
