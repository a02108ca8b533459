namespace PantryChain.Ui.Texts;

/// <summary>Korean particles, whose form depends on whether the word before ends in a consonant.</summary>
public static class Josa
{
    /// <summary>은 or 는 behind <paramref name="word"/>.</summary>
    public static string Topic(string word) => word + Choose(word, "은", "는");

    /// <summary>이 or 가 behind <paramref name="word"/>.</summary>
    public static string Subject(string word) => word + Choose(word, "이", "가");

    /// <summary>을 or 를 behind <paramref name="word"/>.</summary>
    public static string Object(string word) => word + Choose(word, "을", "를");

    /// <summary>과 or 와 behind <paramref name="word"/>.</summary>
    public static string With(string word) => word + Choose(word, "과", "와");

    private static string Choose(string word, string afterConsonant, string afterVowel) => EndsInConsonant(word) switch
    {
        true => afterConsonant,
        false => afterVowel,
        null => $"{afterConsonant}({afterVowel})", // not known how it is read aloud: write both, as forms do
    };

    /// <summary>Whether the word ends in a consonant when read aloud in Korean; null when that is not known.</summary>
    private static bool? EndsInConsonant(string word)
    {
        if (word.EndsWith(" L", StringComparison.Ordinal) || word.EndsWith("mL", StringComparison.Ordinal))
            return false; // 리터
        if (word.EndsWith(" g", StringComparison.Ordinal) || word.EndsWith("kg", StringComparison.Ordinal))
            return true; // 그램
        return word.LastOrDefault() switch
        {
            >= '가' and <= '힣' and var last => (last - '가') % 28 != 0, // 28 endings per vowel, the first is none (Unicode §3.12)
            '0' or '1' or '3' or '6' or '7' or '8' => true,             // 영 일 삼 육 칠 팔
            '2' or '4' or '5' or '9' => false,                          // 이 사 오 구
            _ => null,
        };
    }
}
