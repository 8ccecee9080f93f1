// Pictures small enough to be kept in the repository: sixteen levels a colour, and a palette. What differs by less than
// a level is not told apart; a wrong token of the palette, a moved line or another word is.

import type { Page } from '@playwright/test';
import { PNG } from 'pngjs';
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The page's picture once it stands still. */
export async function snapshot(page: Page, fullPage: boolean): Promise<Buffer> {
  const take = () => page.screenshot({ fullPage, animations: 'disabled', caret: 'hide' });
  let before = await take();
  for (;;) {
    const now = await take();
    if (now.equals(before)) return reduced(now);
    before = now;
  }
}

function reduced(png: Buffer): Buffer {
  const { width, height, data } = PNG.sync.read(png);
  // Beyond 256 colours the rarest would have to share; pages of text have some hundred and fifty.
  const places = new Map<number, number>();
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const colour = (level(data[at]!) << 8) | (level(data[at + 1]!) << 4) | level(data[at + 2]!);
      const place = places.get(colour) ?? Math.min(places.size, 255);
      places.set(colour, place);
      lines[y * (width + 1) + 1 + x] = place;
    }
  }
  const palette = Buffer.from([...places.keys()].slice(0, 256).flatMap((colour) => [colour >> 8, (colour >> 4) & 15, colour & 15].map((level) => level * 17)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette (PNG, 11.2.2).
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function level(channel: number): number {
  return Math.round(channel / 17);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([around.subarray(0, 4), typed, around.subarray(4)]);
}
