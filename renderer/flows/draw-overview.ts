import type { Overview } from '../../app/api/types.ts';

/** Draws the strip in the colours of the page: bars of the rate, errors on top of them, hatched marks for loss, the brush. */
export function drawOverview(
  canvas: HTMLCanvasElement,
  overview: Overview,
  brush: readonly [number, number] | null,
): void {
  const ratio = window.devicePixelRatio;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();

  const step = width / overview.buckets.length;
  const highest = Math.max(1, ...overview.buckets.map(({ count }) => count));
  const scale = (height - 8) / highest;
  overview.buckets.forEach((bucket, index) => {
    const x = index * step;
    // The least that is there is seen: a bar of one pixel.
    const tall = bucket.count > 0 ? Math.max(1, bucket.count * scale) : 0;
    const errors = bucket.errors > 0 ? Math.max(1.5, bucket.errors * scale) : 0;
    context.fillStyle = colour('--bar');
    context.fillRect(x, height - tall, step - 2, tall);
    context.fillStyle = colour('--error');
    context.fillRect(x, height - tall, step - 2, Math.min(tall, errors));
    if (bucket.lost > 0) hatch(context, x, step - 2, height, colour('--warning'));
  });

  if (brush) {
    const [left, right] = [Math.min(...brush), Math.max(...brush)];
    context.fillStyle = colour('--accent');
    context.globalAlpha = 0.22;
    context.fillRect(left, 0, right - left, height);
    context.globalAlpha = 1;
    context.fillRect(left, 0, 1, height);
    context.fillRect(right - 1, 0, 1, height);
  }
}

function hatch(context: CanvasRenderingContext2D, x: number, width: number, height: number, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, 4, width, height - 4);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 2;
  for (let y = -width; y < height + width; y += 5) {
    context.beginPath();
    context.moveTo(x, y + width);
    context.lineTo(x + width, y);
    context.stroke();
  }
  context.restore();
}
