/**
 * A chart as data, before it is drawn. It contains no functions, so that it can be sent to another thread. `Option` is
 * the type of the chart library, which only the views and the drawing thread know.
 */
export interface Chart<Option extends object = object> {
  /** File name without the extension. */
  name: string;
  /** Size in points; the picture has two pixels per point. */
  width: number;
  height: number;
  option: Option;
  /** Text alternative. At most 1,024 characters. */
  alt: string;
}

/** A picture to send. */
export interface Picture {
  fileName: string;
  png: Buffer;
  alt: string;
}
