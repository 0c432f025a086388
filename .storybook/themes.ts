import { create, type ThemeVars } from 'storybook/theming';

const BRAND = { brandTitle: 'Regen Realtime', brandTarget: '_self', appBorderRadius: 6, inputBorderRadius: 6 } as const;

const LIGHT = {
  base: 'light',
  colorPrimary: '#006f88',
  colorSecondary: '#006f88',
  appBg: '#f7f8f8',
  appContentBg: '#ffffff',
  appPreviewBg: '#ffffff',
  appBorderColor: '#e3e5e6',
  barBg: '#ffffff',
  barSelectedColor: '#006f88',
  textColor: '#16191b',
  textMutedColor: '#5d6365',
} as const;

const DARK = {
  base: 'dark',
  colorPrimary: '#63cbe3',
  colorSecondary: '#63cbe3',
  appBg: '#101213',
  appContentBg: '#17191a',
  appPreviewBg: '#17191a',
  appBorderColor: '#333637',
  barBg: '#17191a',
  barSelectedColor: '#63cbe3',
  textColor: '#eef0f1',
  textMutedColor: '#a6a9ab',
} as const;

/** Bundled, as all fonts of the canvas are; the manager around it has the system's. */
const DOCS_FONTS = {
  fontBase: '"Inter Variable", "Noto Sans Arabic Variable", "Noto Sans SC Variable", sans-serif',
  fontCode: '"JetBrains Mono Variable", monospace',
} as const;

export const managerTheme: ThemeVars = create({
  ...BRAND,
  ...LIGHT,
  fontBase: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif',
});

/** Of documentation pages. */
export const docsThemes: Readonly<Record<'light' | 'dark', ThemeVars>> = {
  light: create({ ...BRAND, ...LIGHT, ...DOCS_FONTS }),
  dark: create({ ...BRAND, ...DARK, ...DOCS_FONTS }),
};
