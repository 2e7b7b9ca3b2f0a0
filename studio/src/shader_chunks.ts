/** Pieces of GLSL that the full shading and the quick one share. */

import { FULL_AMBIENT, LAMP_COLOURS, LAMP_DIRECTIONS, SKY_COLOURS, SKY_DIRECTIONS } from "./light";

const real = (value: number) => value.toFixed(6);
const vectors = (name: string, rows: number[][]) =>
  `const vec3 ${name}[${rows.length}] = vec3[](${rows.map((row) => `vec3(${row.map(real).join()})`).join()});`;

export const LIGHT = [
  vectors("LAMPS", LAMP_DIRECTIONS),
  vectors("LAMP_COLOURS", LAMP_COLOURS),
  vectors("SKY", SKY_DIRECTIONS),
  vectors("SKY_COLOURS", SKY_COLOURS),
  `const float FULL_AMBIENT = ${real(FULL_AMBIENT)};`,
].join("\n");

export const TURN = `
uniform mat3 headRotation;
uniform vec3 headShift;
in float headWeight;
vec3 turned(vec3 v, vec3 shift) { return v + headWeight * (headRotation * v - v + shift); }
`;

export const NOISE = `
float lattice(ivec3 p) {
  uint m = uint(p.x) * 374761393u + uint(p.y) * 668265263u + uint(p.z) * 2147483647u;
  m = (m ^ (m >> 13u)) * 1274126177u;
  return float((m ^ (m >> 16u)) & 0xFFFFu) / 65535.0;
}
float valueNoise(vec3 x) {
  vec3 cell = floor(x);
  vec3 f = x - cell;
  f = f * f * (3.0 - 2.0 * f);
  ivec3 i = ivec3(cell);
  float total = 0.0;
  for (int c = 0; c < 8; c++) {
    ivec3 o = ivec3(c & 1, (c >> 1) & 1, c >> 2);
    vec3 w = mix(1.0 - f, f, vec3(o));
    total += w.x * w.y * w.z * lattice(i + o);
  }
  return total * 2.0 - 1.0;
}
`;

export const EYE = `
vec3 eyeColour(vec3 d, out float iris) {
  float edge = pixelSize * eyeScale;
  float angle = acos(clamp(d.z, -1.0, 1.0));
  iris = 1.0 - smoothstep(irisAngle - edge, irisAngle + edge, angle);
  if (iris <= 0.0) return scleraColour;
  float radius = angle / irisAngle;
  float turn = atan(d.y, d.x);
  float fibres = 0.5 * sin(turn * 23.0 + 3.0 * sin(turn * 5.0));
  fibres += 0.5 * sin(turn * 41.0 + 1.3 + 2.0 * sin(turn * 3.0));
  float outwards = smoothstep(pupilRatio, 1.0, radius);
  float slant = 0.9 * (-d.y * 0.9 + d.x * 0.15) / sin(max(irisAngle, 0.05));
  float bright = (1.0 + 0.16 * fibres * (1.0 - outwards * 0.5)) * (0.55 + 0.75 * smoothstep(-0.6, 0.9, slant));
  bright *= 1.0 - 0.72 * smoothstep(0.78, 1.0, radius);
  float soft = edge / irisAngle;
  float black = 1.0 - smoothstep(pupilRatio - soft, pupilRatio + soft + 0.03, radius);
  vec3 painted = mix(irisInnerColour, irisColour, outwards) * bright * (1.0 - black);
  return mix(scleraColour, painted + vec3(0.008, 0.008, 0.010) * black, iris);
}
float eyeReflections(vec3 n, vec3 v, float iris, float key, float openness) {
  float facing = dot(n, v);
  vec3 m = 2.0 * facing * n - v;
  vec3 l = LAMPS[0];
  float c = highlightCosine;
  float edge = pixelSize * 2.2 * eyeScale * sqrt(max(0.0, 1.0 - c * c)) + 0.004;
  float window = smoothstep(c - edge, c + edge, dot(m, l)) * 1.15 * (0.3 + 0.7 * key);
  float opposite = -0.9 * m.x * l.x - 0.75 * m.y * l.y + 0.9 * m.z * l.z;
  float bounce = smoothstep(0.955, 0.985, opposite) * 0.22 * iris;
  float mirror = 0.03 + 0.45 * pow(1.0 - facing, 5.0);
  return window + bounce + (0.5 + 0.5 * m.y) * 0.35 * mirror * openness;
}
`;

/** Uniforms of a surface, and how light falls on it: `lit` adds up sky, lamps and rim. */
export const SURFACE = `
uniform vec3 cameraPlace;
uniform float pixelSize;
uniform float eyeScale;
uniform float roughness, specular, subsurface, rim, shift, floorLight;
uniform float noiseAmount, noiseFrequency, bump;
uniform float irisAngle, pupilRatio, highlightCosine;
uniform vec3 irisColour, irisInnerColour, scleraColour;
vec3 seeping(float arriving) {
  float a = clamp(arriving, 0.0, 1.0);
  return vec3(pow(a, 1.0 - 0.45 * subsurface), pow(a, 1.0 - 0.12 * subsurface), a);
}
float gloss(vec3 n, vec3 l, vec3 v) {
  float toLight = dot(n, l);
  if (toLight <= 0.0 || specular <= 0.0) return 0.0;
  float facing = max(dot(n, v), 1e-3);
  vec3 h = normalize(l + v);
  float tilt = max(dot(n, h), 0.0);
  float alpha = roughness * roughness;
  float squared = alpha * alpha;
  float spread = tilt * tilt * (squared - 1.0) + 1.0;
  float distribution = squared / (3.14159265 * spread * spread);
  float k = alpha * 0.5;
  float shadowing = 1.0 / ((toLight * (1.0 - k) + k) * (facing * (1.0 - k) + k));
  float fresnel = specular + (1.0 - specular) * pow(1.0 - max(dot(v, h), 0.0), 5.0);
  return distribution * shadowing * fresnel * 0.25 * toLight;
}
float strandGloss(vec3 n, vec3 strand, vec3 l, vec3 v) {
  float strength = clamp(dot(n, l) + 0.3, 0.0, 1.0);
  float along = dot(normalize(strand + shift * n), normalize(l + v));
  float across = sqrt(max(0.0, 1.0 - along * along));
  return strength * pow(max(across, 1e-4), 2.0 / (roughness * roughness + 1e-3)) * specular;
}
vec3 encoded(vec3 light) {
  vec3 over = 0.7 + 0.3 * (1.0 - exp((0.7 - light) / 0.3));
  vec3 level = clamp(mix(light, over, step(0.7, light)), 0.0, 1.0);
  return mix(12.92 * level, 1.055 * pow(level, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, level));
}
vec3 skyLight(vec3 n) {
  vec3 light = vec3(0.0);
  for (int i = 0; i < SKY.length(); i++) light += max(dot(n, SKY[i]), 0.0) * SKY_COLOURS[i];
  return light;
}
float opennessOf(vec3 sky) { return min((sky.x + sky.y + sky.z) / FULL_AMBIENT, 1.0); }
vec3 lit(vec3 colour, vec3 n, vec3 glossNormal, vec3 v, vec3 strandWay, vec3 sky, float key) {
  float openness = opennessOf(sky);
  vec3 result = colour * (sky + floorLight);
  float openShare = 0.35 + 0.65 * openness;
  vec3 underKey = seeping(key);
  vec3 underSky = seeping(openShare);
  for (int i = 0; i < 4; i++) {
    vec3 l = LAMPS[i];
    float arriving = i == 0 ? key : openShare;
    float facing = dot(n, l);
    vec3 diffuse;
    float shine = 0.0;
#if KIND == 2
    vec3 strand = normalize(strandWay + 1e-6);
    float along = dot(strand, l);
    float share = 0.55 * max(0.0, (facing + 0.3) / 1.3);
    share += 0.45 * sqrt(max(0.0, 1.0 - along * along)) * clamp(facing * 0.8 + 0.5, 0.0, 1.0);
    diffuse = vec3(share * arriving);
    shine = strandGloss(n, strand, l, v);
#elif KIND == 0 || KIND == 4
    vec3 wrap = vec3(0.42, 0.16, 0.10) * subsurface;
    diffuse = max(vec3(0.0), (facing + wrap) / (1.0 + wrap)) * (i == 0 ? underKey : underSky);
    shine = gloss(glossNormal, l, v);
#elif KIND == 1
    diffuse = vec3(max(0.0, (facing + 0.25) / 1.25) * arriving);
#else
    diffuse = vec3(max(0.0, facing) * arriving);
    shine = gloss(glossNormal, l, v);
#endif
    shine *= arriving;
#if KIND == 2
    result += LAMP_COLOURS[i] * (colour * diffuse + shine * (0.45 + 2.2 * colour));
#else
    result += LAMP_COLOURS[i] * (colour * diffuse + shine);
#endif
  }
  if (rim > 0.0) {
    float glow = pow(1.0 - max(dot(n, v), 0.0), 3.0) * rim * openness;
    result += glow * (0.4 + 0.6 * max(0.0, n.y * 0.5 + 0.5)) * (0.5 + colour) * vec3(0.9, 0.95, 1.0);
  }
  return result;
}
`;
