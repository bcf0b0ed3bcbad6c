// The landscape in space: a mesh of the shades' heights under a soft light, drawn by WebGL2, with an orbit.
//
//   const relief = createRelief();  relief.works           // false where the browser has no WebGL2
//   relief.shape(ground, view, box, scale, theme); relief.turn(0.1, 0); relief.picture()
//   relief.project(x, y)                                    // [pixel, pixel, whether a hill hides it]
import { type Levels } from "./scales";
import type { Point, Theme, Window } from "./types";

const HEIGHT = 0.62; // of the half width of the floor
const LIFT = 0.012; // of a run above the surface
const EVERY = 2; // places of the ground between those of the mesh
const MARCH = 40; // places on the way to the eye where a hill may stand
const DISTANCE = 4.4, NARROW = 2.9, MIDDLE = 0.24; // of the eye, its lens, and the height that it looks at
const AROUND = 24; // views from which the one is chosen that hides the least

const VERTEX = `#version 300 es
in vec3 place; in vec3 normal; in vec2 share;
uniform mat4 seen; out vec2 at; out float light;
void main() { gl_Position = seen * vec4(place, 1.0); at = share;
  light = 0.62 + 0.38 * max(0.0, dot(normalize(normal), normalize(vec3(-0.5, -0.35, 1.0)))); }`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; in float light; uniform sampler2D shades; out vec4 colour;
void main() { colour = vec4(texture(shades, at).rgb * light, 1.0); }`;

interface Surface extends Levels {
  key: string;
  canvas: HTMLCanvasElement;
  values: Float64Array;
  columns: number;
  rows: number;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Relief {
  works: boolean;
  shape(ground: Surface, view: Window, box: Box, scale: number, theme: Theme): void;
  turn(across: number, up: number): void;
  choose(places: Point[]): void;
  picture(): HTMLCanvasElement;
  project(x: number, y: number): [number, number, boolean];
  placeAt(px: number, py: number): Point;
}

export function createRelief(): Relief {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true });
  let azimuth = -2.2, elevation = 0.72;
  let columns = 0, rows = 0, heights = new Float32Array(0), count = 0, key = "";
  let view: Window = [[0, 1], [0, 1]], box: Box = { x: 0, y: 0, width: 1, height: 1 };
  let seen = new Float32Array(16), eye = [0, 0, 1], aspect = 1, paper = "#ffffff";
  const program = gl && linked(gl);

  function shape(ground: Surface, to: Window, place: Box, scale: number, theme: Theme): void {
    [view, box, paper] = [to, place, theme.paper];
    aspect = box.height / box.width;
    const wide = Math.round(box.width * scale), high = Math.round(box.height * scale);
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    if (ground.key !== key && gl && program) {
      key = ground.key;
      upload(gl, program, ground, scale);
    }
    look();
  }

  function upload(gl: WebGL2RenderingContext, program: WebGLProgram, ground: Surface, scale: number): void {
    columns = Math.floor((ground.columns - 1) / EVERY) + 1;
    rows = Math.floor((ground.rows - 1) / EVERY) + 1;
    heights = new Float32Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = ground.values[row * EVERY * ground.columns + column * EVERY];
        heights[row * columns + column] = Number.isNaN(value) ? 1 : ground.shade(value);
      }
    }
    const vertices = new Float32Array(columns * rows * 8);
    for (let row = 0, at = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at += 8) {
        const shareX = column / (columns - 1), shareY = row / (rows - 1);
        const left = heights[row * columns + Math.max(0, column - 1)], right = heights[row * columns + Math.min(columns - 1, column + 1)];
        const above = heights[Math.max(0, row - 1) * columns + column], below = heights[Math.min(rows - 1, row + 1) * columns + column];
        vertices.set([2 * shareX - 1, aspect * (1 - 2 * shareY), HEIGHT * heights[row * columns + column],
          (HEIGHT * (left - right) * (columns - 1)) / 4, (HEIGHT * (below - above) * (rows - 1)) / (4 * aspect), 1, shareX, shareY], at);
      }
    }
    const triangles = new Uint32Array((columns - 1) * (rows - 1) * 6);
    for (let row = 0, at = 0; row + 1 < rows; row++) {
      for (let column = 0; column + 1 < columns; column++, at += 6) {
        const a = row * columns + column, b = a + 1, c = a + columns, d = c + 1;
        triangles.set([a, c, b, b, c, d], at);
      }
    }
    count = triangles.length;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    [["place", 3, 0], ["normal", 3, 12], ["share", 2, 24]].forEach(([name, size, offset]) => {
      const at = gl.getAttribLocation(program, name as string);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size as number, gl.FLOAT, false, 32, offset as number);
    });
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [canvas.width, canvas.height];
    picture.getContext("2d")!.drawImage(ground.canvas, -box.x * scale, -box.y * scale);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    gl.generateMipmap(gl.TEXTURE_2D);
  }

  // the matrix of perspective times that of the view, by columns
  function look(): void {
    eye = [DISTANCE * Math.cos(elevation) * Math.cos(azimuth), DISTANCE * Math.cos(elevation) * Math.sin(azimuth),
      DISTANCE * Math.sin(elevation) + MIDDLE];
    const centre = [0, 0, MIDDLE];
    const back = unit(eye.map((each, i) => each - centre[i]));
    const right = unit([-back[1], back[0], 0]);
    const up = [back[1] * right[2] - back[2] * right[1], back[2] * right[0] - back[0] * right[2],
      back[0] * right[1] - back[1] * right[0]];
    const wide = NARROW * Math.min(1, box.height / box.width / 0.62), high = (wide * box.width) / box.height;
    const near = 1, far = 12, dot = (axis: number[]) => -axis.reduce((sum, each, i) => sum + each * eye[i], 0);
    const depth = (far + near) / (near - far), shift = (2 * far * near) / (near - far);
    const row = (i: number) => [wide * right[i], high * up[i], depth * back[i], -back[i]];
    seen = new Float32Array([...row(0), ...row(1), ...row(2),
      wide * dot(right), high * dot(up), depth * dot(back) + shift, -dot(back)]);
  }

  function picture(): HTMLCanvasElement {
    if (!gl || !program) return canvas;
    gl.viewport(0, 0, canvas.width, canvas.height);
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(paper.slice(at, at + 2), 16) / 255);
    gl.clearColor(red, green, blue, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.uniformMatrix4fv(gl.getUniformLocation(program, "seen"), false, seen);
    gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_INT, 0);
    return canvas;
  }

  // the height above a place of the floor, between those of the mesh; 0 beside it
  function heightAt(x: number, y: number): number {
    const column = ((x + 1) / 2) * (columns - 1), row = ((1 - y / aspect) / 2) * (rows - 1);
    if (!(column >= 0 && row >= 0 && column <= columns - 1 && row <= rows - 1)) return 0;
    const c = Math.min(columns - 2, Math.floor(column)), r = Math.min(rows - 2, Math.floor(row));
    const at = r * columns + c, u = column - c, v = row - r;
    return HEIGHT * ((1 - v) * ((1 - u) * heights[at] + u * heights[at + 1])
      + v * ((1 - u) * heights[at + columns] + u * heights[at + columns + 1]));
  }

  function toPixels(x: number, y: number, z: number): Point {
    const depth = seen[3] * x + seen[7] * y + seen[11] * z + seen[15];
    const a = (seen[0] * x + seen[4] * y + seen[8] * z + seen[12]) / depth;
    const b = (seen[1] * x + seen[5] * y + seen[9] * z + seen[13]) / depth;
    return [box.x + ((a + 1) / 2) * box.width, box.y + ((1 - b) / 2) * box.height];
  }

  function project(px: number, py: number): [number, number, boolean] {
    const x = (2 * (px - view[0][0])) / (view[0][1] - view[0][0]) - 1;
    const y = aspect * ((2 * (py - view[1][0])) / (view[1][1] - view[1][0]) - 1);
    const beyond = Math.max(Math.abs(x), Math.abs(y) / aspect) > 1;
    const z = heightAt(Math.max(-1, Math.min(1, x)), Math.max(-aspect, Math.min(aspect, y))) + LIFT;
    const [a, b] = toPixels(x, y, z);
    return [a, b, !beyond && hidden(x, y, z)];
  }

  function hidden(x: number, y: number, z: number): boolean {
    const part = (HEIGHT - z) / (eye[2] - z); // of the way to the eye on which there is anything
    for (let i = 1; i <= MARCH; i++) {
      const share = (part * i) / MARCH;
      if (heightAt(x + share * (eye[0] - x), y + share * (eye[1] - y)) > z + share * (eye[2] - z) + 1e-3) return true;
    }
    return false;
  }

  // turns to where the fewest of some places are hidden, and the rest are near
  function choose(places: Point[]): void {
    let best = Infinity, found = [azimuth, elevation];
    for (let i = 0; i < 3 * AROUND; i++) {
      azimuth = (2 * Math.PI * i) / AROUND - Math.PI / 2;
      elevation = 0.7 + 0.2 * Math.floor(i / AROUND);
      look();
      const behind = places.filter(([x, y]) => project(x, y)[2]).length / Math.max(1, places.length);
      const cost = behind + 0.05 * (1 - Math.cos(azimuth + Math.PI / 2 + 0.5)) + 0.2 * (elevation - 0.7);
      if (cost < best) [best, found] = [cost, [azimuth, elevation]];
    }
    [azimuth, elevation] = found;
    look();
  }

  // the place whose picture is nearest
  function placeAt(px: number, py: number): Point {
    let nearest = Infinity, found = 0;
    for (let at = 0; at < heights.length; at++) {
      const [x, y] = floorOf(at);
      const [a, b] = toPixels(x, y, HEIGHT * heights[at]);
      const far = (a - px) ** 2 + (b - py) ** 2;
      if (far < nearest && !(far > 100 && nearest < 100)) [nearest, found] = [far, at];
    }
    const [x, y] = floorOf(found);
    return [view[0][0] + ((x + 1) / 2) * (view[0][1] - view[0][0]),
      view[1][0] + ((y / aspect + 1) / 2) * (view[1][1] - view[1][0])];
  }

  const floorOf = (at: number): Point => [(2 * (at % columns)) / (columns - 1) - 1,
    aspect * (1 - (2 * Math.floor(at / columns)) / (rows - 1))];

  return {
    works: program !== null, choose, shape, picture, project, placeAt,
    turn(across, up) {
      azimuth += across;
      elevation = Math.max(0.15, Math.min(1.5, elevation + up));
    },
  };
}

const unit = (vector: number[]) => vector.map((each) => each / Math.hypot(...vector));

function linked(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  return program;
}
