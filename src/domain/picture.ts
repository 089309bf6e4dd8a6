/**
 * A picture as data, before it is drawn. It holds no functions, so that it can go to another thread. `Option` is the drawing library's
 * own type, which only the views and the thread that draws know.
 */
export interface Chart<Option extends object = object> {
  /** What its file is called, without the ending. */
  name: string;
  /** In points of the page; the picture has two pixels a point. */
  width: number;
  height: number;
  option: Option;
  /** What it shows, for whoever does not see it. At most 1,024 characters. */
  alt: string;
}

/** A picture to send. */
export interface Picture {
  fileName: string;
  png: Buffer;
  alt: string;
}
