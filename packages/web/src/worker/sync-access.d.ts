// What only workers have of the browser's own files, and the page's library of types leaves out.

interface FileSystemSyncAccessHandle {
  /** @returns bytes written: fewer where the storage is full */
  write(bytes: Uint8Array): number;
  /** @returns bytes read: 0 at the end */
  read(into: Uint8Array, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

interface FileSystemFileHandle {
  createSyncAccessHandle(): Promise<FileSystemSyncAccessHandle>;
}
