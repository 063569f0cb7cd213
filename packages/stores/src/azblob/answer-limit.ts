import type { RequestPolicyFactory } from "@azure/storage-blob";

/** A page of 5,000 names takes about 6 MiB. */
const MOST_BYTES = 16 * 1_048_576;

/** Ends an answer that is read as a text, such as a list or an error, when it takes more memory than any has need of. */
export const answerLimit: RequestPolicyFactory = {
  create: (next) => ({
    sendRequest: async (request) => {
      let isText = true;
      request.onDownloadProgress = ({ loadedBytes }) => {
        if (isText && loadedBytes > MOST_BYTES) throw new Error("an answer without an end");
      };
      const response = await next.sendRequest(request);
      // A text has been read by now; what comes later is the stream of a blob.
      isText = false;
      return response;
    },
  }),
};
