import {
  AnonymousCredential,
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { answerLimit } from "./answer-limit.ts";
import { connectionsTo } from "./connections.ts";
import { type AzureCredentials, keyOrSignature } from "./credentials.ts";
import { type AzurePlace, checkPlace, endpointOf } from "./place.ts";

/**
 * The client of a store's container. Nothing is asked yet.
 * @throws StoreError `invalid`
 */
export function connect(place: AzurePlace, credentials: AzureCredentials): ContainerClient {
  checkPlace(place);
  const who = keyOrSignature(credentials, place.endpoint);
  const url = `${endpointOf(place.endpoint)}/${place.container}`;
  const [address, credential] =
    "sasToken" in who
      ? [`${url}?${who.sasToken}`, new AnonymousCredential()]
      : [url, new StorageSharedKeyCredential(who.accountName, who.accountKey)];
  // Retries wrap a store. Those of the library are off.
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
  pipeline.factories.push(answerLimit, connectionsTo(url));
  return new ContainerClient(address, pipeline);
}
