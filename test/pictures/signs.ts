/** Signs that not every machine has letters for, drawn. */
export function withSigns(html: string): string {
  const dot = (color: string, inside = ''): string => `<span class="sign" style="background:${color}">${inside}</span>`
  return html
    .replaceAll('🔴', dot('#e03c39'))
    .replaceAll('🟠', dot('#f08300'))
    .replaceAll('🟡', dot('#d9a400'))
    .replaceAll('🔵', dot('#3b82f6'))
    .replaceAll('✅', dot('#72c140', '✓'))
}
