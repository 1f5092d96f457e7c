import type { Text } from '../../core/text.ts'

/** What stands beside the numbers, so that nobody has to ask what they were compared with. */
export const SAVINGS_FORMULA: Text = {
  vi: 'Tiết kiệm = (E₀ − E) / E₀. E: điện năng đo được, hoặc tính từ mức sáng và loại đèn nơi không có công tơ. E₀ = Σ công suất định mức của các đèn không hỏng × số giờ từ bước đầu đến bước cuối của lịch đêm.',
  en: 'Saving = (E₀ − E) / E₀. E: energy as measured, or reckoned from level and type of lamp where nothing measures it. E₀ = Σ rated power of the lamps that are not broken × hours from the first to the last step of the night’s profile.',
}
