/**
 * Makes the view `later_copies(file_id, record_index)`: the records of the scope that tell of an action which another
 * one of the scope stands for. An action recorded in two accounts counts in the row of the record that knows its caller
 * best: the copy that the owner of a bucket or role receives has the caller's id and neither ARN nor key. Few actions
 * have copies, so that only these are put in order.
 */
export const LATER_COPIES_VIEW = `CREATE OR REPLACE TEMP VIEW later_copies AS
  SELECT file_id, record_index
  FROM (
    SELECT file_id, record_index, row_number() OVER (
      PARTITION BY action_id
      ORDER BY CASE WHEN principal_arn IS NULL THEN 1 ELSE 0 END, event_id, file_id, record_index
    ) AS place
    FROM events
    WHERE event_copies > 1 AND action_id IS NOT NULL
  ) copies
  WHERE place > 1`;
