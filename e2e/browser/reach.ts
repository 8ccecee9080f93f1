// What a machine can judge of how a page looks: that every control can be brought into sight, touched and told apart,
// and that the focus is seen.

import { expect, type Page } from '@playwright/test';

/** The controls of a page, dialogs included, that a person can use at this moment. */
const CONTROLS = 'a[href], button, input, select, textarea, summary';

/** Nothing has to be scrolled sideways. */
export async function expectNoSidewaysScroll(page: Page, state: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${state}: nothing to scroll sideways`).toBeLessThanOrEqual(0);
}

/** Each control, scrolled to, lies within the window's width and is not covered by what sticks to its edges. */
export async function expectReachable(page: Page, state: string): Promise<void> {
  const lost = await page.evaluate((controls) => {
    const dialog = document.querySelector('dialog:modal');
    const shown = [...(dialog ?? document).querySelectorAll<HTMLElement>(controls)].filter((control) => control.checkVisibility({ visibilityProperty: true }));
    const heard = (control: HTMLElement) => getComputedStyle(control).clipPath !== 'none' || control.classList.contains('skip-link');
    return shown.filter((control) => !heard(control)).flatMap((control) => {
      // As a browser does when the focus arrives.
      control.focus();
      control.scrollIntoView({ block: 'nearest' });
      const { left, right, top, bottom, width } = control.getBoundingClientRect();
      const name = control.getAttribute('aria-label') ?? control.textContent?.trim() ?? control.id;
      if (left < -1 || right > innerWidth + 1) return [`${name}: beyond the edge (${left}–${right})`];
      const seen = document.elementFromPoint(left + Math.min(width / 2, 24), Math.min(Math.max((top + bottom) / 2, 1), innerHeight - 1));
      const label = (control as HTMLInputElement).labels?.[0];
      const touched = seen !== null && (control.contains(seen) || seen.contains(control) || label?.contains(seen));
      return touched ? [] : [`${name || control.outerHTML.slice(0, 80)}: covered by ${seen?.outerHTML.slice(0, 80)}`];
    });
  }, CONTROLS);
  expect(lost, `${state}: every control can be reached`).toEqual([]);
}

/** Each control is at least so high and wide, its label's area counted in; links within a sentence are excepted (WCAG 2.5.8). */
export async function expectTargets(page: Page, state: string, least: number): Promise<void> {
  const small = await page.evaluate(
    ({ controls, least }) =>
      [...document.querySelectorAll<HTMLElement>(controls)]
        .filter((control) => control.checkVisibility({ visibilityProperty: true }) && !control.matches('p a, li a, dd a, .skip-link'))
        .flatMap((control) => {
          const { width, height } = control.getBoundingClientRect();
          return width + 0.5 < least || height + 0.5 < least ? [`${control.textContent?.trim() || control.outerHTML.slice(0, 80)}: ${width}×${height}`] : [];
        }),
    { controls: CONTROLS, least },
  );
  expect(small, `${state}: targets of at least ${least} px`).toEqual([]);
}

/** The keyboard's focus is drawn at each control. */
export async function expectFocusSeen(page: Page, state: string): Promise<void> {
  // From here on the browser knows that the keyboard is in use.
  await page.keyboard.press('Tab');
  const unseen = await page.evaluate((controls) => {
    const dialog = document.querySelector('dialog:modal');
    return [...(dialog ?? document).querySelectorAll<HTMLElement>(controls)]
      .filter((control) => control.checkVisibility({ visibilityProperty: true }))
      .flatMap((control) => {
        control.focus();
        const { outlineStyle, outlineWidth } = getComputedStyle(control);
        return document.activeElement === control && (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) ? [control.outerHTML.slice(0, 80)] : [];
      });
  }, CONTROLS);
  expect(unseen, `${state}: the focus is seen`).toEqual([]);
}

/** In forced colours backgrounds are gone: buttons and fields are told by their borders, links by their underlines. */
export async function expectEdges(page: Page, state: string): Promise<void> {
  const plain = await page.evaluate(() => {
    const shown = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.checkVisibility({ visibilityProperty: true }));
    const bordered = (element: HTMLElement) => {
      const { borderBlockStartStyle, borderBlockStartWidth, borderBlockStartColor, appearance } = getComputedStyle(element);
      if (element.matches('input[type=checkbox]') && appearance !== 'none') return true;
      return borderBlockStartStyle !== 'none' && parseFloat(borderBlockStartWidth) >= 1 && borderBlockStartColor !== 'rgba(0, 0, 0, 0)';
    };
    return [
      ...shown('button, input, .alert, dialog').filter((element) => !bordered(element)),
      ...shown('main a[href]').filter((link) => !bordered(link) && !getComputedStyle(link).textDecorationLine.includes('underline')),
    ].map((element) => element.outerHTML.slice(0, 120));
  });
  expect(plain, `${state}: edges in forced colours`).toEqual([]);
}
