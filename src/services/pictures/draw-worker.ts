import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
import { type DrawReply, type DrawRequest, READY } from './draw-messages.ts';
import { FONT_FAMILY, fontFile, openFont } from './font-metrics.ts';

/** Pixels per point: sharp on high-density screens. */
const SCALE = 2;

// ECharts as one file, which loads in a fraction of the time that its 490 modules take.
const { init, setPlatformAPI }: typeof import('echarts') = createRequire(import.meta.url)('echarts/dist/echarts.min');

const regular = openFont(fontFile('regular'));
const bold = openFont(fontFile('bold'));

// Without a canvas, ECharts estimates widths: it truncates labels that would fit, or lets them overlap.
setPlatformAPI({
  measureText(text, font = '') {
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12);
    return { width: (/\bbold\b/.test(font) ? bold : regular).widthOf(text, size) };
  },
});

function draw({ width, height, option }: DrawRequest): Uint8Array {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: FONT_FAMILY }, ...option });
    const font = {
      loadSystemFonts: false,
      fontFiles: [fontFile('regular'), fontFile('bold')],
      defaultFontFamily: FONT_FAMILY,
    };
    return new Resvg(chart.renderToSVGString(), { font, fitTo: { mode: 'zoom', value: SCALE } }).render().asPng();
  } finally {
    chart.dispose();
  }
}

function reply(message: DrawReply | typeof READY): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (request: DrawRequest) => {
  try {
    reply({ png: draw(request) });
  } catch (error) {
    reply({ failure: error instanceof Error ? error.message : String(error) });
  }
});

reply(READY);
