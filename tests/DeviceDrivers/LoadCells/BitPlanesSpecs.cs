using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.LoadCells;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

public sealed class BitPlanesSpecs
{
    private static readonly Gen<int[]> Words = Gen.Choose(-0x80_0000, 0x7F_FFFF).ArrayOf().Where(words => words.Length is >= 1 and <= 63);

    [Fact]
    public void Planes_become_the_words_that_bit_by_bit_reading_gives() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Two().Select(pair => (ulong)pair.Item1 << 31 ^ (ulong)pair.Item2).ArrayOf(24).ToArbitrary(), planes =>
        {
            int[] words = new int[62];
            BitPlanes.ToWords(planes, words);
            return words.SequenceEqual(Enumerable.Range(0, 62).Select(line => OneByOne(planes, line)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Words_survive_the_way_onto_the_lines_and_back() =>
        Prop.ForAll(Words.ToArbitrary(), words =>
        {
            ulong[] planes = new ulong[24];
            int[] back = new int[words.Length];
            BitPlanes.FromWords(words, planes);
            BitPlanes.ToWords(planes, back);
            return back.SequenceEqual(words);
        }).QuickCheckThrowOnFailure();

    /// <summary>How every other driver reads: shift in one bit after the other, then extend the sign.</summary>
    private static int OneByOne(ulong[] planes, int line)
    {
        int word = 0;
        foreach (ulong plane in planes)
            word = word << 1 | (int)(plane >> line & 1);
        return word << 8 >> 8;
    }
}
