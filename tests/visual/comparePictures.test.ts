import { expect, test } from 'vitest';
import { calibrated } from './comparator.ts';
import { differenceOf, EXACT, excess, type Picture } from './comparePictures.ts';
import { calibrationOf } from './tolerance.ts';

const WIDTH = 40;
const HEIGHT = 20;

/** A white picture with a dark box from 10, 5 to 30, 15, then what the test paints on it. */
function picture(paint: (pixel: (x: number, y: number, grey: number) => void) => void = () => undefined): Picture {
  const data = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  const pixel = (x: number, y: number, grey: number): void => {
    data.set([grey, grey, grey, 255], (y * WIDTH + x) * 4);
  };
  for (let y = 5; y < 15; y += 1) for (let x = 10; x < 30; x += 1) pixel(x, y, 30);
  paint(pixel);
  return { data, metadata: { width: WIDTH, height: HEIGHT } };
}

/** The same, its box's left edge drawn softer: what another Chromium does. */
const softer = picture((pixel) => {
  for (let y = 5; y < 15; y += 1) pixel(10, y, 60);
});
/** Its surface in another shade: what somebody changed. */
const shaded = picture((pixel) => {
  for (let y = 5; y < 15; y += 1) for (let x = 10; x < 30; x += 1) pixel(x, y, 33);
});

function toleranceOf(actual: Picture) {
  const calibration = calibrationOf(differenceOf(picture(), actual));
  if (calibration.kind === 'unusable') throw new Error(calibration.description);
  return calibration.tolerance;
}

test('equal pictures pass without any tolerance', () => {
  expect(calibrated(picture(), picture(), { createDiff: true })).toEqual({ pass: true, diff: null, message: null });
});

test('one pixel off by one fails without tolerance', () => {
  const off = picture((pixel) => pixel(0, 0, 254));
  expect(calibrated(picture(), off, { createDiff: false })).toMatchObject({
    pass: false,
    message: expect.stringContaining('1 of'),
  });
});

test('pictures of two sizes never match, whatever the tolerance', () => {
  const narrow = { data: new Uint8Array(4), metadata: { width: 1, height: 1 } };
  const all = { flat: EXACT.flat.map(() => 1), edge: EXACT.edge.map(() => 1) };
  expect(calibrated(picture(), narrow, { createDiff: true, tolerance: all })).toEqual({
    pass: false,
    diff: null,
    message: 'The picture is 1 × 1 px, its baseline 40 × 20 px.',
  });
});

test('the picture of a difference shows what differs in red', () => {
  const off = picture((pixel) => pixel(3, 0, 0));
  const { diff } = calibrated(picture(), off, { createDiff: true });
  expect([...(diff?.slice(12, 16) ?? [])]).toEqual([255, 0, 0, 255]);
  expect([...(diff?.slice(16, 20) ?? [])]).toEqual([255, 255, 255, 255]);
});

test('a calibration page that is equal allows nothing', () => {
  expect(calibrationOf(differenceOf(picture(), picture()))).toEqual({ kind: 'same', tolerance: EXACT });
});

test('a calibration page whose edges are drawn otherwise allows as much on the edges of other pictures', () => {
  expect(calibrated(picture(), softer, { createDiff: false, tolerance: toleranceOf(softer) }).pass).toBe(true);
});

test('a tolerance for edges does not hide another shade of a surface', () => {
  expect(calibrated(picture(), shaded, { createDiff: false, tolerance: toleranceOf(softer) }).pass).toBe(false);
});

test('a tolerance for edges of this strength does not hide stronger ones', () => {
  const stronger = picture((pixel) => {
    for (let y = 5; y < 15; y += 1) pixel(10, y, 160);
  });
  expect(calibrated(picture(), stronger, { createDiff: false, tolerance: toleranceOf(softer) }).pass).toBe(false);
});

test('a calibration page with other surfaces judges nothing', () => {
  const other = picture((pixel) => {
    for (let y = 0; y < HEIGHT; y += 1) for (let x = 0; x < WIDTH; x += 1) pixel(x, y, 200);
  });
  expect(calibrationOf(differenceOf(picture(), other)).kind).toBe('unusable');
  expect(calibrationOf(undefined).kind).toBe('unusable');
});

test('what exceeds a tolerance is said with its counts', () => {
  const difference = differenceOf(picture(), shaded);
  expect(difference && excess(difference, EXACT)).toBe(
    '144 of 680 pixels on surfaces differ by more than 0 of 255; allowed are 0.',
  );
});
