import type { EChartsOption } from 'echarts';

/** A picture as data, before it is drawn. Everything in it can go to another thread, so it holds no functions. */
export interface Chart {
  /** What its file is called, without the ending. */
  name: string;
  /** In points of the page; the picture has two pixels a point. */
  width: number;
  height: number;
  option: EChartsOption;
  /** What it shows, for whoever does not see it. At most 1,024 characters. */
  alt: string;
}

/** A picture to send. */
export interface Picture {
  fileName: string;
  png: Buffer;
  alt: string;
}
