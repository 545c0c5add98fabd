/** The content type of requests and responses in AWS JSON 1.1. */
export const JSON_CONTENT_TYPE = 'application/x-amz-json-1.1';
