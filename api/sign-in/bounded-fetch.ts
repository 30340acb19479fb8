import type { CustomFetch } from 'openid-client';

/** The most of an answer that is read, in bytes; what providers send is a hundredth of it. */
const ANSWER_BYTES = 1_048_576;

/** Calls the identity provider; an answer that is larger than any is breaks off. */
export const fetchBounded: CustomFetch = async (url, { body, ...options }) => {
  const answer = await fetch(url, { ...options, ...(body !== undefined && { body }) });
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > ANSWER_BYTES) throw new Error('The provider sent more than can be an answer.');
      controller.enqueue(chunk);
    },
  });
  return new Response(answer.body?.pipeThrough(counting), answer);
};
