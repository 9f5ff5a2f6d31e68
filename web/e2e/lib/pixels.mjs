/** What a screenshot shows, by pixels. Needs no library: the browser itself decodes it. */
export async function shot(person, box) {
  const png = await person.page.screenshot({ clip: box });
  const scale = await person.page.evaluate(() => devicePixelRatio);
  const page = await person.context.browser().newPage();
  try {
    const image = await page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      let text = "";
      for (let at = 0; at < data.length; at += 8_192) text += String.fromCharCode(...data.subarray(at, at + 8_192));
      return { text: btoa(text), width, height };
    }, png.toString("base64"));
    return new Pixels(Buffer.from(image.text, "base64"), image.width, image.height, scale);
  } finally {
    await page.close();
  }
}

/** What a video shows at the moment, in its own size. */
export async function frameOf(video) {
  const { text, width, height } = await video.evaluate((node) => {
    const canvas = new OffscreenCanvas(node.videoWidth, node.videoHeight);
    const context = canvas.getContext("2d");
    context.drawImage(node, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    let text = "";
    for (let at = 0; at < data.length; at += 8_192) text += String.fromCharCode(...data.subarray(at, at + 8_192));
    return { text: btoa(text), width, height };
  });
  return new Pixels(Buffer.from(text, "base64"), width, height, 1);
}

class Pixels {
  constructor(data, width, height, scale) {
    Object.assign(this, { data, width, height, scale });
  }

  at(x, y) {
    const offset = (Math.round(y) * this.width + Math.round(x)) * 4;
    return [...this.data.subarray(offset, offset + 3)];
  }

  /** The mean colour of a box from corner to corner, in parts of the image. */
  meanOf(box) {
    const sum = [0, 0, 0];
    let count = 0;
    this.#each(box, (x, y) => {
      this.at(x, y).forEach((value, channel) => (sum[channel] += value));
      count += 1;
    });
    return sum.map((value) => value / count);
  }

  /** How much neighbouring pixels of a box differ, on average: what a blur takes away. */
  detail(box) {
    let sum = 0;
    let count = 0;
    this.#each(box, (x, y) => {
      sum += Math.abs(this.at(x, y)[1] - this.at(x + 1, y)[1]);
      count += 1;
    });
    return sum / count;
  }

  #each([left, top, right, bottom], act) {
    for (let y = Math.floor(top * this.height); y < bottom * this.height; y++) {
      for (let x = Math.floor(left * this.width); x < right * this.width; x++) act(x, y);
    }
  }

  /** Whether that colour is seen within `around` (CSS pixels) of a place given in parts of the image, 0 to 1. */
  has(color, [x, y], around = 4) {
    const reach = around * this.scale;
    for (let down = -reach; down <= reach; down++) {
      for (let across = -reach; across <= reach; across++) {
        const seen = this.at(x * this.width + across, y * this.height + down);
        if (seen.length === 3 && seen.every((value, channel) => Math.abs(value - color[channel]) < 24)) return true;
      }
    }
    return false;
  }
}

/** Where a tile's picture itself lies on the page: `contain` leaves bars, `cover` goes beyond the tile. */
export const pictureOf = (tile) =>
  tile.locator("video").evaluate((video) => {
    const box = video.getBoundingClientRect();
    const fit = getComputedStyle(video).objectFit;
    const pick = fit === "cover" ? Math.max : Math.min;
    const scale = pick(box.width / video.videoWidth, box.height / video.videoHeight);
    const width = video.videoWidth * scale;
    const height = video.videoHeight * scale;
    return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
  });
