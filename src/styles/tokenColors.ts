/** Reads the colours of tokens.css as a browser would: for tests of contrast. No part of the library. */

/** sRGB, each channel 0 to 1. */
export type Rgb = readonly [red: number, green: number, blue: number];
export type Theme = 'light' | 'dark' | 'system-dark';

/** The declarations that hold on a component's root in a theme, in the order of the cascade. */
export function readTokens(source: string, theme: Theme): ReadonlyMap<string, string> {
  const css = source.replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const tokens = new Map<string, string>();
  for (const { media, selector, body } of rules(css)) {
    if (!applies(media, selector, theme)) continue;
    for (const [, name = '', value = ''] of body.matchAll(/(--rg-[\w-]+):\s*([^;]+);/g)) tokens.set(name, value.trim());
  }
  return tokens;
}

interface Rule {
  media: string | null;
  selector: string;
  body: string;
}

function rules(css: string): Rule[] {
  const found: Rule[] = [];
  const pattern = /@media\s*([^{]+)\{((?:[^{}]*\{[^{}]*\})*)\s*\}|([^{}@]+)\{([^{}]*)\}/g;
  for (const [, media, inner, selector, body] of css.matchAll(pattern)) {
    if (media !== undefined && inner !== undefined) {
      found.push(...rules(inner).map((rule) => ({ ...rule, media: media.trim() })));
    } else if (selector !== undefined && body !== undefined) {
      found.push({ media: null, selector: selector.trim(), body });
    }
  }
  return found;
}

function applies(media: string | null, selector: string, theme: Theme): boolean {
  if (media !== null) return theme === 'system-dark' && media === '(prefers-color-scheme: dark)';
  if (selector.includes("[data-rg-theme='dark']")) return theme === 'dark';
  return selector.includes(':root');
}

/** A token's colour. Throws for what is none. */
export function resolveColor(tokens: ReadonlyMap<string, string>, token: string): Rgb {
  return parseColor(substituted(tokens, `var(${token})`));
}

function substituted(tokens: ReadonlyMap<string, string>, value: string): string {
  const replaced = value.replaceAll(/var\((--[\w-]+)\)/g, (_, name: string) => {
    const known = tokens.get(name);
    if (known === undefined) throw new Error(`${name} is used and nowhere set`);
    return known;
  });
  return replaced === value ? value : substituted(tokens, replaced);
}

function parseColor(value: string): Rgb {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(value);
  if (hex !== null) {
    const [red = 0, green = 0, blue = 0] = hex.slice(1).map((pair) => Number.parseInt(pair, 16) / 255);
    return [red, green, blue];
  }
  const mix = /^color-mix\(in oklab,\s*(.+)\)$/s.exec(value);
  const [first, second] = mix === null ? [] : splitTop(mix[1] ?? '');
  const share = /^(.*?)\s+([\d.]+)%$/s.exec(first ?? '');
  if (share === null || second === undefined) throw new Error(`${value} is no colour that is known here`);
  return mixInOklab(parseColor(share[1] ?? ''), parseColor(second), Number(share[2]) / 100);
}

/** Splits at commas outside of brackets. */
function splitTop(list: string): string[] {
  let depth = 0;
  const parts = [''];
  for (const character of list) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

function mixInOklab(one: Rgb, other: Rgb, share: number): Rgb {
  const from = toOklab(one);
  const to = toOklab(other);
  const at = (index: 0 | 1 | 2): number => from[index] * share + to[index] * (1 - share);
  return fromOklab([at(0), at(1), at(2)]);
}

/** WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((first, second) => second - first);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(color: Rgb): number {
  const [red, green, blue] = linear(color);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear([red, green, blue]: Rgb): Rgb {
  const one = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  return [one(red), one(green), one(blue)];
}

function gamma([red, green, blue]: Rgb): Rgb {
  const one = (channel: number): number => {
    const inside = Math.min(1, Math.max(0, channel));
    return inside <= 0.0031308 ? inside * 12.92 : 1.055 * inside ** (1 / 2.4) - 0.055;
  };
  return [one(red), one(green), one(blue)];
}

/** Björn Ottosson's matrices, https://bottosson.github.io/posts/oklab/ */
function toOklab(color: Rgb): Rgb {
  const [red, green, blue] = linear(color);
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const medium = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ];
}

function fromOklab([lightness, greenRed, blueYellow]: Rgb): Rgb {
  const long = (lightness + 0.3963377774 * greenRed + 0.2158037573 * blueYellow) ** 3;
  const medium = (lightness - 0.1055613458 * greenRed - 0.0638541728 * blueYellow) ** 3;
  const short = (lightness - 0.0894841775 * greenRed - 1.291485548 * blueYellow) ** 3;
  return gamma([
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ]);
}
