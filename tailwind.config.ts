import type { Config } from 'tailwindcss';

/** A multiple of the 4 px step. */
function step(count: number): string {
  return `calc(var(--rg-1) * ${count})`;
}

/** The design tokens as Tailwind's theme. Values are custom properties only: `src/styles/tokens.css` holds them. */
const tokens = {
  colors: {
    transparent: 'transparent',
    current: 'currentColor',
    surface: 'var(--rg-surface)',
    raised: 'var(--rg-raised)',
    sunken: 'var(--rg-sunken)',
    hover: 'var(--rg-hover)',
    press: 'var(--rg-press)',
    ink: 'var(--rg-ink)',
    'ink-2': 'var(--rg-ink-2)',
    'ink-3': 'var(--rg-ink-3)',
    line: 'var(--rg-line)',
    track: 'var(--rg-track)',
    edge: 'var(--rg-edge)',
    accent: 'var(--rg-accent)',
    'accent-hover': 'var(--rg-accent-hover)',
    'on-accent': 'var(--rg-on-accent)',
    success: 'var(--rg-success)',
    warning: 'var(--rg-warning)',
    danger: 'var(--rg-danger)',
    'warning-soft': 'var(--rg-warning-soft)',
    'danger-soft': 'var(--rg-danger-soft)',
    focus: 'var(--rg-focus)',
  },
  spacing: {
    0: '0px',
    px: '1px',
    0.5: step(0.5),
    1: 'var(--rg-1)',
    1.5: step(1.5),
    2: 'var(--rg-2)',
    2.5: step(2.5),
    3: 'var(--rg-3)',
    3.5: step(3.5),
    4: 'var(--rg-4)',
    5: 'var(--rg-5)',
    6: 'var(--rg-6)',
    7: step(7),
    10: step(10),
    11: step(11),
    control: 'var(--rg-control)',
    hit: 'var(--rg-hit)',
    bar: 'var(--rg-bar-height)',
    panel: 'var(--rg-panel-width)',
    well: 'var(--rg-well-height)',
  },
  borderRadius: {
    none: '0px',
    s: 'var(--rg-radius-s)',
    m: 'var(--rg-radius)',
    l: 'var(--rg-radius-l)',
    xl: 'var(--rg-radius-xl)',
    full: '9999px',
  },
  boxShadow: {
    none: 'none',
    float: 'var(--rg-float)',
    'float-s': 'var(--rg-float-s)',
    outline: 'inset 0 0 0 1px var(--rg-edge)',
    hairline: 'inset 0 0 0 1px var(--rg-line)',
  },
  fontFamily: {
    sans: 'var(--rg-font-sans, inherit)',
    mono: 'var(--rg-font-mono)',
    readout: 'var(--rg-font-readout, var(--rg-font-sans, inherit))',
  },
  fontSize: {
    s: ['var(--rg-text-s)', 'var(--rg-leading-s)'],
    m: ['var(--rg-text-m)', 'var(--rg-leading-m)'],
    l: ['var(--rg-text-l)', 'var(--rg-leading-l)'],
    xl: ['var(--rg-text-xl)', 'var(--rg-leading-xl)'],
  },
  fontWeight: {
    regular: 'var(--rg-weight-regular)',
    medium: 'var(--rg-weight-medium)',
    strong: 'var(--rg-weight-strong)',
  },
  zIndex: { 0: '0', 1: '1', bar: 'var(--rg-z-bar)', panel: 'var(--rg-z-panel)' },
  transitionDuration: { fast: 'var(--rg-fast)', base: 'var(--rg-base)', slow: 'var(--rg-slow)' },
  transitionTimingFunction: { DEFAULT: 'var(--rg-ease)', rg: 'var(--rg-ease)' },
} satisfies NonNullable<Config['theme']>;

function named(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`rg-${name}`, value]));
}

/**
 * For app teams: `presets: [preset]` adds the tokens to a theme of their own under names that begin with `rg`, such as
 * `bg-rg-surface`, `rounded-rg-m` and `shadow-rg-float`. The style sheet of the library must be on the page.
 */
export const preset: Pick<Config, 'theme'> = {
  theme: {
    extend: {
      colors: named(tokens.colors),
      borderRadius: named(tokens.borderRadius),
      boxShadow: named(tokens.boxShadow),
      fontFamily: named(tokens.fontFamily),
      fontWeight: named(tokens.fontWeight),
      zIndex: named(tokens.zIndex),
      transitionDuration: named(tokens.transitionDuration),
    },
  },
};

const config: Config = { prefix: 'rg', content: ['./src/components/**/*.tsx'], theme: tokens };

export default config;
