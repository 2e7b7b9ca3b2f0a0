/** One graphics context for all characters: each view is drawn there and copied to its canvas. */

import * as THREE from "three";
import type { CharacterEntry } from "./api";
import { skyShares } from "./occlusion";
import { between, difference, neutralPose, type Pose } from "./pose";
import { look, product3, Rig, type Surface } from "./rig";
import { DEPTH_FRAGMENT, DEPTH_VERTEX, FRAGMENT, VERTEX } from "./shaders";
import { LAMP_DIRECTIONS } from "./light";

const KINDS: Record<string, number> = { skin: 0, eye: 1, hair: 2, plain: 3, felt: 4 };
const SHADOW_SIZE = 1024;
const LARGEST_CANVAS = 900;
const EASE_MS = 620;
const FOLLOW_MS = 45;
const BUDGET_MS = 20;
const SLOW_DRAW_MS = 60;
const SLOW_SCALE = 0.5;

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export class Stage {
  private readonly renderer: THREE.WebGLRenderer;
  private readonly views = new Set<CharacterView>();
  private running = false;
  private last = 0;
  /** Whether drawing takes so long that moving characters are drawn coarser. */
  slow = false;

  constructor() {
    this.renderer = new THREE.WebGLRenderer({ antialias: true, alpha: true, powerPreference: "high-performance" });
    this.renderer.outputColorSpace = THREE.LinearSRGBColorSpace;
    this.renderer.setClearColor(0x000000, 0);
    this.renderer.setPixelRatio(1);
    this.renderer.autoClear = false;
    this.renderer.setSize(16, 16, false);
  }

  add(view: CharacterView): void {
    this.views.add(view);
    this.wake();
  }

  remove(view: CharacterView): void {
    this.views.delete(view);
    view.dispose();
  }

  wake(): void {
    if (this.running) return;
    this.running = true;
    this.last = performance.now();
    requestAnimationFrame((now) => this.frame(now));
  }

  private frame(now: number): void {
    const passed = Math.min(now - this.last, 100);
    this.last = now;
    let busy = false;
    for (const view of this.views) busy = view.advance(now, passed) || busy;
    const began = performance.now();
    for (const view of [...this.views]) {
      if (!view.dirty || !view.shown) continue;
      if (performance.now() - began > BUDGET_MS) {
        busy = true;
        break;
      }
      this.draw(view);
      // Back of the queue, so that on a slow machine every view gets its turn.
      this.views.delete(view);
      this.views.add(view);
    }
    this.running = busy;
    if (busy) requestAnimationFrame((next) => this.frame(next));
  }

  private draw(view: CharacterView): void {
    const { width, height } = view.canvas;
    if (!width || !height) return;
    const began = performance.now();
    const size = this.renderer.getSize(new THREE.Vector2());
    if (size.x < width || size.y < height)
      this.renderer.setSize(Math.max(size.x, width), Math.max(size.y, height), false);
    view.draw(this.renderer, width, height);
    const source = this.renderer.domElement;
    const context = view.canvas.getContext("2d")!;
    context.clearRect(0, 0, width, height);
    context.drawImage(source, 0, source.height - height, width, height, 0, 0, width, height);
    view.dirty = false;
    this.slow = performance.now() - began > SLOW_DRAW_MS;
  }
}

interface Motion {
  from: Pose;
  to: Pose;
  start: number;
}

/** A character in its own canvas: takes poses with eased motion, and can be walked round. */
export class CharacterView {
  dirty = true;
  shown = true;
  pose: Pose = neutralPose();
  private rig: Rig | null = null;
  private motion: Motion | null = null;
  private followed: Pose | null = null;
  private posed = false;
  private lit = false;
  private yaw = 0;
  private pitch = 0;
  private readonly scene = new THREE.Scene();
  private readonly depthScene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera();
  private readonly lightCamera = new THREE.OrthographicCamera();
  private readonly shadow = shadowTarget();
  private readonly geometries: THREE.BufferGeometry[] = [];
  private relief: THREE.DataTexture | null = null;
  private readonly watchers: (ResizeObserver | IntersectionObserver)[] = [];
  private readonly uniforms = {
    headRotation: { value: new THREE.Matrix3() },
    headShift: { value: new THREE.Vector3() },
    lightMatrix: { value: new THREE.Matrix4() },
    lightTexel: { value: 0 },
    lightMap: { value: this.shadow.depthTexture },
    lightMapTexel: { value: 1 / SHADOW_SIZE },
    cameraPlace: { value: new THREE.Vector3() },
    relief: { value: blank() },
    pixelSize: { value: 0.01 },
    eyeScale: { value: 1 },
  };

  constructor(
    private readonly stage: Stage,
    readonly canvas: HTMLCanvasElement,
    private readonly entry: CharacterEntry,
  ) {
    const resize = new ResizeObserver(() => this.resize());
    resize.observe(canvas);
    const seen = new IntersectionObserver(([change]) => {
      this.shown = change.isIntersecting;
      if (this.shown) this.stage.wake();
    }, { rootMargin: "120px" });
    seen.observe(canvas);
    this.watchers.push(resize, seen);
    this.listen();
    this.resize();
  }

  get controls(): string[] {
    return this.rig?.controls ?? [];
  }

  async load(): Promise<void> {
    const rig = await Rig.load(this.entry.model!);
    this.build(rig);
    this.rig = rig;
    this.posed = false;
    this.redraw();
    const shares = await skyShares(rig.surfaces);
    this.geometries.forEach((geometry, number) => {
      geometry.setAttribute("skyShare", new THREE.BufferAttribute(shares[number], 1));
    });
    this.redraw();
  }

  /** Move to a pose with eased motion. */
  take(pose: Pose): void {
    this.followed = null;
    this.resize();
    this.motion = { from: this.pose, to: pose, start: performance.now() };
    this.stage.wake();
  }

  /** Follow a pose that changes many times a second. */
  follow(pose: Pose): void {
    this.motion = null;
    this.followed = pose;
    this.resize();
    this.stage.wake();
  }

  advance(now: number, passed: number): boolean {
    if (!this.rig) return false;
    let moving = false;
    if (this.motion) {
      const share = calm.matches ? 1 : Math.min((now - this.motion.start) / EASE_MS, 1);
      this.pose = share >= 1 ? this.motion.to : between(this.motion.from, this.motion.to, eased(share));
      if (share >= 1) this.motion = null;
      this.posed = false;
      moving = true;
    } else if (this.followed) {
      if (difference(this.pose, this.followed) > 2e-3) {
        this.pose = between(this.pose, this.followed, 1 - Math.exp(-passed / FOLLOW_MS));
        this.posed = false;
        moving = true;
      }
    }
    if (!this.posed && this.shown) this.apply();
    return moving;
  }

  draw(renderer: THREE.WebGLRenderer, width: number, height: number): void {
    this.look(width, height);
    // A shadow that lags behind is better than a character that does.
    if (!this.stage.slow || !this.lit || !this.followed) {
      renderer.setRenderTarget(this.shadow);
      renderer.clear();
      renderer.render(this.depthScene, this.lightCamera);
      this.lit = true;
    }
    renderer.setRenderTarget(null);
    renderer.setViewport(0, 0, width, height);
    renderer.setScissor(0, 0, width, height);
    renderer.setScissorTest(true);
    renderer.clear();
    renderer.render(this.scene, this.camera);
  }

  dispose(): void {
    for (const watcher of this.watchers) watcher.disconnect();
    for (const geometry of this.geometries) geometry.dispose();
    this.scene.traverse((object) => {
      if (object instanceof THREE.Mesh) (object.material as THREE.Material).dispose();
    });
    this.relief?.dispose();
    this.shadow.dispose();
  }

  private redraw(): void {
    this.dirty = true;
    this.stage.wake();
  }

  private resize(): void {
    const coarse = this.stage.slow && this.followed ? SLOW_SCALE : 1;
    const scale = Math.min(window.devicePixelRatio || 1, 2) * coarse;
    const side = (length: number) => Math.min(Math.round(length * scale), LARGEST_CANVAS);
    const width = side(this.canvas.clientWidth);
    const height = side(this.canvas.clientHeight);
    if (width === this.canvas.width && height === this.canvas.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.redraw();
  }

  private apply(): void {
    const rig = this.rig!;
    rig.pose(this.pose);
    for (const geometry of this.geometries) {
      geometry.attributes.position.needsUpdate = true;
      geometry.attributes.normal.needsUpdate = true;
      geometry.attributes.aux.needsUpdate = true;
    }
    if (this.relief && rig.reliefChanged) this.relief.needsUpdate = true;
    rig.reliefChanged = false;
    this.turnHead();
    this.posed = true;
    this.dirty = true;
  }

  private turnHead(): void {
    const head = this.entry.head!;
    const [yaw, pitch, roll] = this.pose.head;
    const angle = (roll * Math.PI) / 180;
    const tilt = [Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0, 0, 0, 1];
    const rotation = this.uniforms.headRotation.value.fromArray(product3(tilt, look(yaw, pitch)));
    const pivot = new THREE.Vector3(...head.pivot);
    const reach = new THREE.Vector3(...head.face_centre).sub(pivot);
    const swing = reach.clone().applyMatrix3(rotation).sub(reach);
    this.uniforms.headShift.value
      .copy(pivot)
      .sub(pivot.clone().applyMatrix3(rotation))
      .sub(new THREE.Vector3(swing.x, swing.y, 0).multiplyScalar(head.sway));
  }

  private look(width: number, height: number): void {
    const { target, distance, field_of_view_deg: angle } = this.entry.camera!;
    const centre = new THREE.Vector3(...target);
    const [yaw, pitch] = [this.yaw, this.pitch];
    const camera = this.camera;
    camera.position.set(Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch));
    camera.position.multiplyScalar(distance).add(centre);
    camera.fov = angle;
    camera.aspect = width / height;
    camera.near = distance * 0.1;
    camera.far = distance * 4;
    camera.lookAt(centre);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    const reach = distance * Math.tan((angle * Math.PI) / 360);
    this.uniforms.pixelSize.value = (2 * reach) / height;
    this.uniforms.cameraPlace.value.copy(camera.position);
  }

  private build(rig: Rig): void {
    if (rig.relief) {
      const { values, columns, rows } = rig.relief;
      this.relief = new THREE.DataTexture(values, columns, rows, THREE.RGBAFormat, THREE.FloatType);
      this.relief.needsUpdate = true;
      this.uniforms.relief.value = this.relief;
    }
    const box = new THREE.Box3();
    for (const surface of rig.surfaces) {
      const geometry = geometryOf(surface);
      this.geometries.push(geometry);
      box.expandByPoint(new THREE.Box3().setFromArray(surface.positions).min);
      box.expandByPoint(new THREE.Box3().setFromArray(surface.positions).max);
      const mesh = new THREE.Mesh(geometry, this.material(surface));
      mesh.frustumCulled = false;
      this.scene.add(mesh);
      const caster = new THREE.Mesh(geometry, this.depthMaterial());
      caster.frustumCulled = false;
      this.depthScene.add(caster);
    }
    const eyes = rig.surfaces.filter((surface) => surface.material.iris_angle > 0);
    const radius = eyes.length ? Math.min(...eyes.map(radiusOf)) : 1;
    this.uniforms.eyeScale.value = 1 / Math.max(radius, 1e-6);
    this.placeLight(box);
  }

  private placeLight(box: THREE.Box3): void {
    const sphere = box.getBoundingSphere(new THREE.Sphere());
    const camera = this.lightCamera;
    const radius = sphere.radius * 1.05;
    camera.left = camera.bottom = -radius;
    camera.right = camera.top = radius;
    camera.near = 0;
    camera.far = radius * 4;
    camera.position.set(...LAMP_DIRECTIONS[0]).multiplyScalar(radius * 2).add(sphere.center);
    camera.lookAt(sphere.center);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    this.uniforms.lightMatrix.value.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    this.uniforms.lightTexel.value = ((2 * radius) / SHADOW_SIZE) * 2.5;
  }

  private material(surface: Surface): THREE.ShaderMaterial {
    const given = surface.material;
    const own = (value: unknown) => ({ value });
    const colour = (name: string) => own(new THREE.Vector3(...(given[name] ?? [0, 0, 0])));
    return new THREE.ShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      defines: { KIND: KINDS[surface.kind] ?? KINDS.plain },
      side: surface.doubleSided ? THREE.DoubleSide : THREE.FrontSide,
      uniforms: {
        ...this.uniforms,
        roughness: own(given.roughness ?? 0.5),
        specular: own(given.specular ?? 0.04),
        subsurface: own(given.subsurface ?? 0),
        rim: own(given.rim ?? 0),
        shift: own(given.anisotropic_shift ?? 0),
        floorLight: own(given.ambient_floor ?? 0),
        noiseAmount: own(given.noise_amount ?? 0),
        noiseFrequency: own(given.noise_frequency ?? 0),
        bump: own(given.bump ?? 0),
        irisAngle: own(given.iris_angle ?? 0),
        pupilRatio: own(given.pupil_ratio ?? 0),
        highlightCosine: own(given.highlight_cosine ?? 0),
        irisColour: colour("iris_colour"),
        irisInnerColour: colour("iris_inner_colour"),
        scleraColour: colour("sclera_colour"),
      },
    });
  }

  private depthMaterial(): THREE.ShaderMaterial {
    return new THREE.ShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader: DEPTH_VERTEX,
      fragmentShader: DEPTH_FRAGMENT,
      side: THREE.DoubleSide,
      uniforms: { headRotation: this.uniforms.headRotation, headShift: this.uniforms.headShift },
    });
  }

  private listen(): void {
    const walk = (yaw: number, pitch: number) => {
      this.yaw = Math.min(Math.max(this.yaw + yaw, -1.4), 1.4);
      this.pitch = Math.min(Math.max(this.pitch + pitch, -0.6), 0.8);
      this.redraw();
    };
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) walk(-event.movementX * 0.008, event.movementY * 0.008);
    });
    canvas.addEventListener("dblclick", () => walk(-this.yaw, -this.pitch));
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-0.12, 0],
      ArrowRight: [0.12, 0],
      ArrowUp: [0, 0.1],
      ArrowDown: [0, -0.1],
    };
    canvas.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (event.key === "Home") walk(-this.yaw, -this.pitch);
      else if (step) walk(...step);
      else return;
      event.preventDefault();
    });
  }
}

const eased = (share: number) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);

function blank(): THREE.Texture {
  const texture = new THREE.DataTexture(new Float32Array(4), 1, 1, THREE.RGBAFormat, THREE.FloatType);
  texture.needsUpdate = true;
  return texture;
}

function shadowTarget(): THREE.WebGLRenderTarget {
  const depth = new THREE.DepthTexture(SHADOW_SIZE, SHADOW_SIZE, THREE.UnsignedIntType);
  depth.compareFunction = THREE.LessEqualCompare;
  depth.minFilter = depth.magFilter = THREE.LinearFilter;
  return new THREE.WebGLRenderTarget(SHADOW_SIZE, SHADOW_SIZE, { depthTexture: depth });
}

function geometryOf(surface: Surface): THREE.BufferGeometry {
  const geometry = new THREE.BufferGeometry();
  const attribute = (name: string, values: Float32Array, width: number) =>
    geometry.setAttribute(name, new THREE.BufferAttribute(values, width));
  attribute("position", surface.positions, 3);
  attribute("normal", surface.normals, 3);
  attribute("colour", surface.colours, 3);
  attribute("aux", surface.aux, 3);
  attribute("faceCoordinates", surface.faceCoordinates, 2);
  attribute("headWeight", surface.headWeights, 1);
  attribute("skyShare", new Float32Array(surface.headWeights.length).fill(0.8), 1);
  geometry.setIndex(new THREE.BufferAttribute(surface.indices, 1));
  return geometry;
}

function radiusOf(surface: Surface): number {
  const box = new THREE.Box3().setFromArray(surface.positions);
  const size = box.getSize(new THREE.Vector3());
  return Math.sqrt(size.x * size.y) / 2;
}
