// Names the expression of face crops with face-api's expression network.
//
//   node readability_judge.cjs CROPS MODELS
//
// CROPS holds 112×112 RGB crops, one after the other; MODELS is the package's folder of
// weights. Prints one name a line.
const fs = require("fs");
const tf = require("@tensorflow/tfjs");
const faceapi = require("@vladmandic/face-api/dist/face-api.node-wasm.js");

const SIDE = 112;
const BYTES = SIDE * SIDE * 3;
const NAMES = {
  angry: "anger",
  disgusted: "disgust",
  fearful: "fear",
  happy: "joy",
  neutral: "neutral",
  sad: "sadness",
  surprised: "surprise",
};

async function main([crops, models]) {
  await tf.setBackend("cpu");
  await faceapi.nets.faceExpressionNet.loadFromDisk(models);
  const bytes = fs.readFileSync(crops);
  for (let start = 0; start < bytes.length; start += BYTES) {
    const picture = tf.tensor3d(bytes.subarray(start, start + BYTES), [SIDE, SIDE, 3]);
    const found = await faceapi.nets.faceExpressionNet.predictExpressions(picture);
    picture.dispose();
    console.log(NAMES[found.asSortedArray()[0].expression]);
  }
}

main(process.argv.slice(2));
