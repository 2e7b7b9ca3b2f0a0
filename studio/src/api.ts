/** What the server tells and how it is asked. */

import type { PoseEntries } from "./pose";

export const EXPRESSIONS = ["anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"] as const;
export type Expression = (typeof EXPRESSIONS)[number];

export interface CharacterEntry {
  name: string;
  title: string;
  description: string;
  author: string;
  licence: string;
  answers: boolean;
  poses: number;
  model: string | null;
  portrait: string | null;
  camera: { target: [number, number, number]; distance: number; field_of_view_deg: number } | null;
  head: { pivot: [number, number, number]; face_centre: [number, number, number]; sway: number } | null;
}

export interface Match extends PoseEntries {
  pose: string;
  label: Expression;
  rank: number;
  distance: number;
  divergence: number;
  geometry: number;
  picture: string;
}

export interface Face {
  box: [number, number, number, number];
  landmarks: [number, number][] | null;
  probabilities: Record<Expression, number>;
  expression: Expression;
  notes: string[];
  features: number[];
  geometry: number[] | null;
  matches: Record<string, Match[]> | null;
}

export interface Photo {
  width: number;
  height: number;
  faces: Face[];
}

export interface Weights {
  alpha: number;
  beta: number;
}

export interface Problem {
  status: number;
  kind: string;
  detail: string;
}

/** An answer that is a problem; the message is made for people. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

async function asked(address: string, request?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const detail = "The server does not answer. Is deepexpr studio still running?";
    throw new ProblemError({ status: 0, kind: "gone", detail });
  }
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => null);
  const fallback = { status: answer.status, kind: "fault", detail: `The server answered ${answer.status}.` };
  throw new ProblemError(told?.detail ? told : fallback);
}

export async function listCharacters(): Promise<CharacterEntry[]> {
  return (await (await asked("/api/characters")).json()).characters;
}

export async function matchPhoto(photo: Blob, weights: Weights, signal: AbortSignal): Promise<Photo> {
  const query = new URLSearchParams({ alpha: `${weights.alpha}`, beta: `${weights.beta}` });
  // What a file is called says little; the server looks at its bytes.
  const headers = { "Content-Type": "application/octet-stream" };
  const request = { method: "POST", body: photo, headers, signal };
  return (await asked(`/api/match?${query}`, request)).json();
}

export async function rankFace(face: Face, weights: Weights, signal: AbortSignal): Promise<Record<string, Match[]>> {
  const { features, geometry, expression } = face;
  const body = JSON.stringify({ features, geometry, expression, ...weights });
  const headers = { "Content-Type": "application/json" };
  return (await (await asked("/api/rank", { method: "POST", body, headers, signal })).json()).matches;
}

export interface KeyPose extends PoseEntries {
  pose: string;
  label: Expression;
  votes: number[] | null;
  /** Where its picture is, if there is one. */
  picture: string | null;
  /** How probable the encoder finds its label; null if it was never shown to it. */
  clarity: number | null;
}

export async function keyPosesOf(character: string): Promise<KeyPose[]> {
  return (await (await asked(`/api/characters/${character}/key-poses`)).json()).key_poses;
}

export interface Reading {
  expression: Expression;
  probabilities: Record<Expression, number>;
  features: number[];
  geometry: number[];
}

/** Ask how a drawn pose reads; the picture is encoded in base64. */
export async function readPose(
  character: string,
  pose: PoseEntries,
  picture: string,
  signal?: AbortSignal,
): Promise<Reading> {
  const body = JSON.stringify({ character, ...pose, picture });
  const headers = { "Content-Type": "application/json" };
  return (await asked("/api/read", { method: "POST", body, headers, signal })).json();
}

/** The nearest poses of all characters for a character's pose: as it reads, or of its gallery. */
export async function neighboursOf(
  character: string,
  pose: Reading | string,
  top: number,
  signal?: AbortSignal,
): Promise<Record<string, Match[]>> {
  const named = typeof pose === "string";
  const of = named ? { character, pose } : { character };
  const face = named ? {} : { features: pose.features, geometry: pose.geometry, expression: pose.expression };
  const body = JSON.stringify({ ...face, of, top });
  const headers = { "Content-Type": "application/json" };
  return (await (await asked("/api/rank", { method: "POST", body, headers, signal })).json()).matches;
}

export interface SystemPose extends PoseEntries {
  name: string;
}

/** What ours and the other systems make of a face of a photo. */
export async function compareSystems(
  photo: Blob,
  face: number,
  character: string,
  signal: AbortSignal,
): Promise<{ expression: Expression; systems: SystemPose[] }> {
  const query = new URLSearchParams({ character, face: `${face}` });
  const headers = { "Content-Type": "application/octet-stream" };
  return (await asked(`/api/compare?${query}`, { method: "POST", body: photo, headers, signal })).json();
}

export interface TakeFrame extends PoseEntries {
  pose: string;
}

export async function exportTake(
  character: string,
  name: string,
  frames: TakeFrame[],
  frameRate: number,
  format: string,
): Promise<void> {
  const take = { format: "deepexpr-take", version: 1, character, name, frame_rate: frameRate, first_frame: 0, frames };
  const headers = { "Content-Type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify(take) };
  const answer = await asked(`/api/export?format=${format}`, request);
  const file = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "take";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const EXPORT_FORMATS: [string, string][] = [
  ["json", "JSON · ARKit weights"],
  ["csv", "CSV · Live Link Face"],
  ["gltf", "GLB · posed model"],
  ["vrm", "VRM expression"],
  ["blender", "Blender script"],
  ["maya", "Maya table"],
];
