/*
 * What bzip2 1.0 made of small texts, since nothing in Node writes bzip2. Each is base64 of
 * `bzip2.compress(...)` of Python 3.
 */

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

/** Of nothing. */
export const BZIP2_OF_NOTHING = bytesOf("QlpoORdyRThQkAAAAAA=");

/** Of `{"Records":[]}`. */
export const BZIP2_OF_EMPTY_TRAIL = bytesOf(
  "QlpoOTFBWSZTWRi5Bq0AAAYbgBAAABAQCg4AmAogACIABoIBoA0KTRgrAO7xdyRThQkBi5Bq0A==",
);

/** Of the trail file with the two records `recordOf("a")` and `recordOf("b")`. */
export const BZIP2_OF_TRAIL = bytesOf(
  "QlpoOTFBWSZTWVCrSscAAZnf9MAAEAf+0Can31o+v/+6QAAAQIAAiABAAEAB3AADmATACYAATAAEwADmATACYAATAAEwADmATACYAATAAEwA" +
    "AqplCYgpsAmiZNGmJiGh6mm0nqNNL1xeSzNz6Pe6n4dc6GFpah4O13NyUnLWlMvJUsolgU841oQikoSJQlAhCUMjg1thuQcECEEcbY0N6ppc" +
    "6TK2M7me05krlJZEJEtKt3q2AsIGYxrVjGWK1TGrGAwOhhWrkL1FLFTic6vaxJYUHIh9XU1O5J2OtrWmBUqS5HGuWFalz5JXZEtCFaHU7Grm" +
    "u6XY8n5crvM7OuNrElyKk0+aGpaVtjpYk7kOM61yWdfjMyFzzciVjw/SHM1rVGFetXqcrcqP20N7cubClTU2tDvYWRvajibksTS2vgzPNUbE" +
    "GVCpkQhC5YlYYEFMrCsODMqp5Myx4oSxLxkYjHWptYlhgLVedxONcg6G9jLFi8ZWFaKiUqSg9ixU1OCxlU0sD0WqPFnUlmJdtrhvlep/P69H" +
    "q9WF9n/F3JFOFCQUKtKxwA==",
);

/** Of a tar archive that holds that trail file as `logs/a.json`. */
export const BZIP2_OF_TAR = bytesOf(
  "QlpoOTFBWSZTWQfnxCIAAZPf9sgAUAf/0Can31p+v/+6QAAAQIAAiAAAAkgIQAIcAADmmJkyaMJgmJpgEwCGCMCMBzTEyZNGEwTE0wCYBDBG" +
    "BGA5piZMmjCYJiaYBMAhgjAjAFVMoBGUap+JlPFNMhqGmNGk0NtUbFPUZPU+WHlEUDwrKUMeR9NGCtTQYWrlKE0jzOL93sdbF1zuYt7gNT4u" +
    "xxSk6a0pl3KllErVPCPOhCKShIlCUCEJQyf21uc4oPOgQgjc2tTuVNbek0MY2tLoto9Llkdk0zdU9B61ty1yxVBW0qpctYrbVzsVs3qzlxAq" +
    "My9awLFap+D8rBcZT1V24KphZbkwpXfmVM6imCpe9av0Mks6DoQ/V7XB8Unve5wXFqpUl0udesK1L3WlfklqQ5LEva53N6rcPze+n1cXO7DU" +
    "y1MDcyS3qk0+SGxeVvM9jFPahuP0XpamGJpQvd7glY/b+kPQ2rlGZguYKbH0VHg1O52r20pU5nfva3wZ3I72w0O1wqZNjg6mp99Cs3INKFVO" +
    "VCEMFiVhcgppZs7RceLUrp3LFj+UJYszkhSGJlWpwZ1haXK9bQ3tmCT0v4ZFrptZxXpYrxWSlSJSaFqpueKxpU2rXj9l6ji5lJayXle/zvl/" +
    "udT7Pu8nkzPn80UoP/F3JFOFCQB+fEIg",
);

/** Of `runsOfBytes()`, in three blocks: level 1. */
export const BZIP2_OF_RUNS = bytesOf(
  "QlpoMTFBWSZTWTE8i1cAFOxAAH8AUANe8lJUSkUIYAhgCGAE1Kpj1QKUpjU2KFkUL6ULkoXZQvQqfUVPpQJoVMKKnUVMip1FTIqcipkUtlCy" +
    "ULZQvShbKFpEjsiRkULZQtlC2FT1FT2KKmRU0iJcULJQvFCyUL0oWShelC7KFsoXpQtlCxBD5FT9RUyip+UVORU5FTxFTxREsipkSRsoWShd" +
    "KFkoXZQeIqcip6ipyKmRU5IWClJsoXJQuFC+ihcihbKF9KF8USMlCwCq2ULJQuFC+lC5FT8ipyKmRU5FTIqcippQJyKnqKnqKXShcihdihZK" +
    "FlFBkVMBDlFTqKmRU5FTIqcipkVORUyItlCwoIbKF6UL0oXpQvFC7KF5KFkoWShZFCwCq2RIyULCIlqKmVUGRUyKSZKFsoWyhbKFsoWlC/MU" +
    "FZJlNZhSjCxgADGUAAfwBQA17yUAKCQhgCGAIYATUqj1P1QKUpjU2KFkULnJQsKF2ULyKn5FT8UCZFTRRU5FTIqcipqKnIqZEWyhYULShelC" +
    "2ULaiR2okYlC2ULShbRU8ip4UVMippES4oWShelCwoXpQslC9KF0oWaUL0oWyhZAqvShfShYlC+ShbKF4oXJQuJSkwoWFEjZQslC7KFhQulC" +
    "5KFsoXZQtKFkoWyhZSlJsoXJQuShfJQuJQtlC+KF9KJGShYBVaULJQuShfFC0oXxQtlCxULShYFTkVMUCdRU8ip5AuyhcShdShZKFhKFhQsA" +
    "qtShbKFkoWlCwoWyhZKFpQsKFsoWUghsoXihelC8UL0oXZQvJQsKFkVNIqYCHRSVkVNURLIqYCGRUxKUYULZQtKFsoWlC2UL8xQVkmU1lU2G" +
    "bsAECJQAB/AEAC+AAAAhgCGAE1Kkz1QhgOgVoFeAr8CvQV8CvgV8JRaCsIK4FYFcCsCugrArgVgVwK+BXArkI9QjQK4FcCuBXsFeiCsCtUSr" +
    "gVgV8CsCvoKwK+BXoK4FfQVwKyip9BXgK0CvEFcCuBXn4FaolWBWkI4FYFegrVUvYK/ArgV6CuBWgrgVhJVwK/QV+BXiCvyCuBXgK8qEYFaR" +
    "U4FYFfgV4CuBXgK4FYFcCtBXArJKLgV6CvYK9BX5BXqCsCtIKwK0ip0CuBWBXArArgVgVwKwK4FZJE4FfAr4FfAr4FewV9QVgVoK0CtIqchG" +
    "grKJVgViKmgrArYipgVwK4FcCuBXAr+LuSKcKEhNPecegA==",
);

/** Runs of 1 to 9 equal bytes, 299,991 in all. */
export function runsOfBytes(): Buffer {
  return Buffer.concat(Array.from({ length: 60_000 }, (_, i) => Buffer.alloc((i % 9) + 1, i % 7)));
}
