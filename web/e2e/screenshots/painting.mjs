/**
 * What the cameras and the shared screen of the demo meeting show: drawings, so that no photograph of
 * anybody is needed. These functions run in the page as they stand here, so they know only each other.
 */

/** What tells one figure from another. */
export function looksOf(kind) {
  return {
    drawn: { wall: ["#f3ede4", "#dccdb9"], shirt: "#0f766e", skin: "#eebd97", hair: "#2b2024", cut: "bob", room: "shelf" },
    supplier: { wall: ["#e6edf5", "#bccadb"], shirt: "#334155", skin: "#d9a577", hair: "#1f1a1a", cut: "short", room: "rack", glasses: true },
    buyer: { wall: ["#f6e9e4", "#e0c3b7"], shirt: "#b4533a", skin: "#f2c9a8", hair: "#5a3524", cut: "bun", room: "window" },
    quality: { wall: ["#eceaf6", "#cbc5e3"], room: "jacket" },
  }[kind];
}

/** A camera's picture, drawn as if 960 wide and 540 high. */
export function paintCamera(pen, seconds, looks) {
  const scale = pen.canvas.width / 960;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  const light = pen.createLinearGradient(0, 0, 960, 540);
  light.addColorStop(0, looks.wall[0]);
  light.addColorStop(1, looks.wall[1]);
  pen.fillStyle = light;
  pen.fillRect(0, 0, 960, 540);
  paintRoom(pen, looks.room);
  if (looks.room === "jacket") paintJacket(pen, 480 + Math.sin(seconds) * 3, 50, 1, "#c26a3d", "#8f4524");
  else paintPerson(pen, 480 + Math.sin(seconds) * 4, looks, seconds % 4 < 0.15);
}

export function box(pen, color, x, y, width, height, radius = 0) {
  pen.fillStyle = color;
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.fill();
}

export function oval(pen, color, x, y, across, down) {
  pen.fillStyle = color;
  pen.beginPath();
  pen.ellipse(x, y, across, down, 0, 0, 2 * Math.PI);
  pen.fill();
}

export function curve(pen, color, width, ...points) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(points[0], points[1]);
  pen.quadraticCurveTo(...points.slice(2));
  pen.stroke();
}

/** What stands behind the person. */
export function paintRoom(pen, room) {
  if (room === "shelf") {
    for (const y of [150, 300]) {
      box(pen, "#b89a78", 40, y, 250, 12, 3);
      box(pen, "#b89a78", 690, y, 230, 12, 3);
    }
    ["#c9705a", "#e0b46b", "#6f9a8d", "#8a7aa8"].forEach((color, at) => {
      for (const fold of [0, 1, 2]) box(pen, color, 52 + at * 60, 112 - fold * 20 + 20, 50, 17, 5);
    });
    ["#e0b46b", "#5f7fa3", "#c9705a"].forEach((color, at) => box(pen, color, 704 + at * 70, 240, 56, 60, 8));
    ["#8a7aa8", "#6f9a8d", "#c9705a", "#5f7fa3"].forEach((color, at) => box(pen, color, 60 + at * 30, 220 + (at % 2) * 14, 24, 80 - (at % 2) * 14, 3));
    box(pen, "#f7f2ea", 730, 92, 60, 58, 6);
    oval(pen, "#6f9a8d", 860, 110, 38, 40);
    box(pen, "#a5683f", 838, 122, 44, 28, 4);
  } else if (room === "rack") {
    box(pen, "#7b8aa0", 30, 90, 270, 8, 4);
    box(pen, "#7b8aa0", 660, 90, 270, 8, 4);
    const colors = ["#9fb3c8", "#c26a3d", "#5f7d6b", "#d8b46a", "#7a6a99"];
    for (const from of [40, 670]) {
      colors.forEach((color, at) => {
        box(pen, color, from + at * 50, 112, 44, 250, [22, 22, 6, 6]);
        box(pen, "#7b8aa0", from + at * 50 + 20, 96, 4, 18, 2);
      });
    }
  } else if (room === "window") {
    box(pen, "#ffffff", 60, 50, 260, 300, 10);
    box(pen, "#cfe6f2", 74, 64, 112, 272, 4);
    box(pen, "#cfe6f2", 196, 64, 112, 272, 4);
    oval(pen, "#f7dc9b", 250, 120, 30, 30);
    box(pen, "#ffffff", 670, 80, 210, 150, 8);
    oval(pen, "#c9705a", 735, 160, 36, 36);
    oval(pen, "#6f9a8d", 805, 150, 46, 46);
    box(pen, "#b98a6c", 780, 400, 80, 140, [4, 4, 0, 0]);
    for (const lean of [-60, -25, 25, 60]) curve(pen, "#5f8a6b", 16, 820, 400, 820 + lean / 2, 330, 820 + lean, 290);
  } else {
    box(pen, "#b3abd2", 0, 470, 960, 70);
    box(pen, "#8f86b5", 250, 40, 460, 8, 4);
    oval(pen, "#bdb5da", 480, 486, 190, 16);
    box(pen, "#f7f5fc", 70, 300, 130, 170, 8);
    box(pen, "#c9c2e4", 90, 330, 90, 10, 5);
    box(pen, "#c9c2e4", 90, 356, 70, 10, 5);
    box(pen, "#c9c2e4", 90, 382, 80, 10, 5);
    ["#c26a3d", "#33516f", "#5f7d6b"].forEach((color, at) => box(pen, color, 770, 380 + at * 30, 120, 26, 6));
  }
}

export function paintPerson(pen, x, looks, blinks) {
  const { shirt, skin, hair, cut, glasses } = looks;
  if (cut === "bun") oval(pen, hair, x, 82, 46, 42);
  if (cut === "bob") box(pen, hair, x - 118, 110, 236, 250, [118, 118, 60, 60]);
  oval(pen, hair, x, 190, cut === "short" ? 104 : 110, 112);
  box(pen, shirt, x - 215, 408, 430, 240, [150, 150, 0, 0]);
  box(pen, skin, x - 40, 300, 80, 112, [0, 0, 40, 40]);
  oval(pen, "rgb(0 0 0 / 0.10)", x, 330, 40, 24);
  oval(pen, skin, x - 96, 236, 18, 26);
  oval(pen, skin, x + 96, 236, 18, 26);
  oval(pen, skin, x, 230, 92, 108);
  paintFringe(pen, x, hair, cut);
  for (const side of [-1, 1]) {
    const eye = x + side * 36;
    curve(pen, hair, 6, eye - 17, 205, eye, 196, eye + 17, 205);
    oval(pen, "#2b2024", eye, 232, 7, blinks ? 1.5 : 9);
    oval(pen, "rgb(226 110 90 / 0.22)", x + side * 54, 268, 20, 13);
    if (glasses) {
      pen.strokeStyle = "#39404d";
      pen.lineWidth = 5;
      pen.strokeRect(eye - 27, 212, 54, 40);
    }
  }
  if (glasses) curve(pen, "#39404d", 5, x - 9, 226, x, 221, x + 9, 226);
  curve(pen, "rgb(120 60 40 / 0.45)", 5, x - 4, 246, x + 8, 262, x - 4, 266);
  curve(pen, "#a8453c", 7, x - 27, 291, x, 312, x + 27, 291);
}

export function paintFringe(pen, x, hair, cut) {
  pen.fillStyle = hair;
  pen.beginPath();
  if (cut === "short") {
    pen.moveTo(x - 100, 208);
    pen.quadraticCurveTo(x - 96, 100, x, 96);
    pen.quadraticCurveTo(x + 96, 100, x + 100, 208);
    pen.quadraticCurveTo(x + 78, 160, x + 40, 156);
    pen.quadraticCurveTo(x - 40, 168, x - 74, 156);
    pen.quadraticCurveTo(x - 88, 178, x - 100, 208);
  } else {
    pen.moveTo(x - 102, 236);
    pen.quadraticCurveTo(x - 104, 104, x, 104);
    pen.quadraticCurveTo(x + 104, 104, x + 102, 236);
    pen.quadraticCurveTo(x + 70, 186, x - 20, 148);
    pen.quadraticCurveTo(x - 70, 180, x - 102, 236);
  }
  pen.fill();
}

/** A jacket on a hanger; 420 high at scale 1, its middle at x. */
export function paintJacket(pen, x, y, scale, color, dark) {
  pen.save();
  pen.translate(x, y);
  pen.scale(scale, scale);
  curve(pen, "#8c7350", 6, 0, 22, 26, -6, 0, -8);
  curve(pen, "#8c7350", 9, -88, 66, 0, 0, 88, 66);
  pen.fillStyle = dark;
  pen.beginPath();
  for (const side of [-1, 1]) {
    pen.moveTo(side * 98, 62);
    pen.quadraticCurveTo(side * 176, 90, side * 186, 330);
    pen.lineTo(side * 130, 338);
    pen.lineTo(side * 96, 160);
  }
  pen.fill();
  pen.fillStyle = color;
  pen.beginPath();
  pen.moveTo(-46, 40);
  pen.quadraticCurveTo(-120, 56, -126, 110);
  pen.lineTo(-118, 410);
  pen.quadraticCurveTo(0, 428, 118, 410);
  pen.lineTo(126, 110);
  pen.quadraticCurveTo(120, 56, 46, 40);
  pen.quadraticCurveTo(0, 66, -46, 40);
  pen.fill();
  curve(pen, dark, 4, 0, 58, 2, 240, 0, 416);
  for (const at of [120, 200, 280, 360]) oval(pen, "#f0dcc2", 14, at, 6, 6);
  for (const side of [-1, 1]) {
    curve(pen, dark, 10, side * 46, 42, side * 40, 84, 0, 104);
    box(pen, dark, side * 66 - 34, 290, 68, 8, 4);
  }
  pen.restore();
}

/** The shared screen, 1280 by 720: a sheet of samples. */
export function paintSheet(pen, seconds, isChinese) {
  const write = (text, color, size, weight, x, y) => {
    pen.fillStyle = color;
    pen.font = `${weight} ${size}px system-ui, "Noto Sans CJK SC", sans-serif`;
    pen.fillText(text, x, y);
  };
  const words = isChinese
    ? { title: "秋季系列 · 样品", note: "演示数据", kinds: ["短外套", "长外套", "工装外套"], price: "出厂价", days: "天交货" }
    : { title: "Autumn collection · samples", note: "Demo data", kinds: ["Short jacket", "Long jacket", "Work jacket"], price: "Ex works", days: "days to deliver" };
  box(pen, "#f6f7f9", 0, 0, 1280, 720);
  write(words.title, "#161b23", 38, 600, 56, 84);
  write(words.note, "#696d76", 22, 400, 56, 122);
  const samples = [["#c26a3d", "#8f4524", "129", 21], ["#33516f", "#20364d", "169", 28], ["#5f7d6b", "#425a4c", "149", 24]];
  samples.forEach(([color, dark, price, days], at) => {
    const x = 56 + at * 396;
    box(pen, "#ffffff", x, 156, 376, 516, 16);
    box(pen, ["#f7ede4", "#e7edf4", "#e9f0eb"][at], x + 16, 172, 344, 334, 10);
    paintJacket(pen, x + 188, 196, 0.7, color, dark);
    write(words.kinds[at], "#161b23", 28, 600, x + 24, 556);
    write(`${words.price} ¥${price}`, "#161b23", 24, 500, x + 24, 598);
    write(`${days} ${words.days}`, "#535861", 22, 400, x + 24, 636);
    oval(pen, color, x + 336, 546, 13, 13);
  });
  oval(pen, seconds % 1 < 0.5 ? "#d9dce2" : "#dfe2e7", 1230, 72, 8, 8);
}
