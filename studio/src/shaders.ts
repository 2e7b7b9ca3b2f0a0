/** The package's own shading for the graphics card: skin, eyes, hair, felt and plain surfaces. */

import { EYE, LIGHT, NOISE, SURFACE, TURN } from "./shader_chunks";

export const DEPTH_VERTEX = `${TURN}
void main() { gl_Position = projectionMatrix * viewMatrix * vec4(turned(position, headShift), 1.0); }
`;

export const DEPTH_FRAGMENT = `
out vec4 pixel;
void main() { pixel = vec4(1.0); }
`;

export const VERTEX = `
${TURN}
${LIGHT}
${SURFACE}
uniform mat4 lightMatrix;
uniform float lightTexel;
in vec3 colour;
in vec3 aux;
in vec2 faceCoordinates;
in float skyShare;
out vec3 vPlace;
out vec3 vNormal;
out vec3 vColour;
out vec3 vAux;
out vec2 vFace;
out vec3 vSky;
out vec3 vLightPlace;

void main() {
  vec3 place = turned(position, headShift);
  vec3 n = normalize(turned(normal, vec3(0.0)));
  vPlace = place;
  vNormal = n;
  vColour = colour;
#if KIND == 2
  vAux = turned(aux, vec3(0.0));
#else
  vAux = aux;
#endif
  vFace = faceCoordinates;
  vSky = skyLight(n) * skyShare;
  vec4 inLight = lightMatrix * vec4(place + n * lightTexel, 1.0);
  vLightPlace = inLight.xyz / inLight.w * 0.5 + 0.5;
  gl_Position = projectionMatrix * viewMatrix * vec4(place, 1.0);
}
`;

export const FRAGMENT = `
precision highp float;
precision highp sampler2DShadow;
${LIGHT}
${SURFACE}
uniform mat3 headRotation;
uniform sampler2DShadow lightMap;
uniform float lightMapTexel;
uniform sampler2D relief;
in vec3 vPlace;
in vec3 vNormal;
in vec3 vColour;
in vec3 vAux;
in vec2 vFace;
in vec3 vSky;
in vec3 vLightPlace;
out vec4 pixel;
${NOISE}
${EYE}
float keyShare() {
  float total = 0.0;
  for (int y = -2; y <= 2; y++)
    for (int x = -2; x <= 2; x++)
      total += texture(lightMap, vec3(vLightPlace.xy + vec2(x, y) * 1.6 * lightMapTexel, vLightPlace.z - 0.0022));
  return total / 25.0;
}
vec3 reliefAt(vec2 place) {
  ivec2 size = textureSize(relief, 0);
  vec2 at = place * vec2(size - 1);
  ivec2 low = min(ivec2(at), size - 2);
  vec2 part = at - vec2(low);
  vec3 below = mix(texelFetch(relief, low, 0).xyz, texelFetch(relief, low + ivec2(1, 0), 0).xyz, part.x);
  vec3 above = mix(texelFetch(relief, low + ivec2(0, 1), 0).xyz, texelFetch(relief, low + ivec2(1, 1), 0).xyz, part.x);
  return mix(below, above, part.y);
}
vec3 lowered(vec3 n, vec2 slopes) {
  return normalize(n + headRotation[0] * slopes.x + headRotation[1] * slopes.y);
}

void main() {
  vec3 n = normalize(vNormal);
  vec3 v = normalize(cameraPlace - vPlace);
  if (dot(n, v) < 0.0) n = -n;
  vec3 colour = vColour;
  float key = keyShare();
  vec3 glossNormal = n;
  float iris = 0.0;
#if KIND == 0 || KIND == 4
  if (noiseAmount > 0.0) {
    vec3 at = vAux * noiseFrequency;
    float change = noiseAmount * (0.55 * valueNoise(at) + 0.45 * valueNoise(at * 3.7));
    colour *= 1.0 + change * vec3(0.6, 1.0, 1.1);
    if (bump > 0.0) {
      at *= 6.0;
      float here = valueNoise(at);
      vec2 slopes = vec2(valueNoise(at + vec3(0.35, 0, 0)), valueNoise(at + vec3(0, 0.35, 0))) - here;
      glossNormal = lowered(n, bump * slopes);
      n = 0.5 * (n + glossNormal);
    }
  }
#endif
#if KIND == 0
  if (all(greaterThanEqual(vFace, vec2(0.0))) && all(lessThanEqual(vFace, vec2(1.0))) && textureSize(relief, 0).x > 1) {
    vec3 wrinkle = reliefAt(vFace);
    n = lowered(n, -0.85 * wrinkle.xy);
    glossNormal = n;
    colour *= 1.0 - vec3(0.30, 0.45, 0.48) * min(wrinkle.z, 1.2);
  }
#endif
#if KIND == 1
  if (irisAngle > 0.0) colour = eyeColour(normalize(vAux), iris);
#endif
  vec3 result = lit(colour, n, glossNormal, v, vAux, vSky, key);
#if KIND == 1
  result += eyeReflections(n, v, iris, key, opennessOf(vSky));
#endif
  pixel = vec4(encoded(result), 1.0);
}
`;
