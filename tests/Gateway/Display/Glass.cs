using System.Text;
using PantryChain.DeviceDrivers.Display;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.Gateway.Tests.Display;

/// <summary>Reads what an eye would read on the simulated glass: the letters of a line, by their pixels alone.</summary>
internal sealed class Glass(SimulatedSsd1306 chip)
{
    private const int Line = 10, Baseline = 9, Content = 124;

    // Most letters first by how much of them there is: 'ㅣ' would be read in every '이'.
    private static readonly List<(char Letter, int Advance, bool[] Pixels)> Letters =
        [.. Enumerable.Range('!', 94).Select(code => (char)code).Concat("…·").Concat("우유쌀밥일칸확인이상없음질문개주문함오는중준비배송집브로커끊김부엌디스크기록불가저지방농선반").Distinct()
            .Select(Of).OrderByDescending(known => known.Pixels.Count(lit => lit))];

    /// <summary>The text of a line from 0, read from where the content stands.</summary>
    public string Read(int line, (int X, int Y) place = default, int width = Content, bool inverted = false)
    {
        StringBuilder text = new();
        for (int x = place.X; x < place.X + width;)
        {
            (char Letter, int Advance, bool[] Pixels) found = Letters.FirstOrDefault(known => IsAt(known, x, place.Y + (line * Line), inverted));
            text.Append(found.Advance > 0 ? found.Letter : ' ');
            x += Math.Max(1, found.Advance);
        }
        return string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Columns of a bar that are lit inside.</summary>
    public int Bar(int line, (int X, int Y) place = default) => Enumerable.Range(place.X + 70, 28).Count(x => chip.IsLit(x, place.Y + (line * Line) + 4));

    private bool IsAt((char Letter, int Advance, bool[] Pixels) known, int left, int top, bool inverted)
    {
        for (int i = 0; i < known.Pixels.Length; i++)
        {
            if ((chip.IsLit(left + (i % known.Advance), top + (i / known.Advance)) ^ inverted) != known.Pixels[i])
                return false;
        }
        return true;
    }

    private static (char Letter, int Advance, bool[] Pixels) Of(char letter)
    {
        PixelFrame frame = new();
        int advance = BitmapFont.Galmuri9.Draw(frame, letter.ToString(), 0, Baseline);
        return (letter, advance, [.. from y in Enumerable.Range(0, Line) from x in Enumerable.Range(0, advance) select frame[x, y]]);
    }
}
