namespace PantryChain.Ui.Texts;

/// <summary>Korean particles, whose form depends on whether the word before ends in a consonant.</summary>
internal static class Josa
{
    /// <summary>은 or 는 behind <paramref name="word"/>.</summary>
    public static string Topic(string word) => word + Choose(word, "은", "는");

    /// <summary>이 or 가 behind <paramref name="word"/>.</summary>
    public static string Subject(string word) => word + Choose(word, "이", "가");

    /// <summary>을 or 를 behind <paramref name="word"/>.</summary>
    public static string Object(string word) => word + Choose(word, "을", "를");

    private static string Choose(string word, string afterConsonant, string afterVowel)
    {
        char last = word.LastOrDefault();
        if (last is < '가' or > '힣')
            return $"{afterConsonant}({afterVowel})"; // not a Hangul syllable: write both, as forms do
        return (last - '가') % 28 != 0 ? afterConsonant : afterVowel; // 28 final consonants per vowel, the first is none (Unicode §3.12)
    }
}
